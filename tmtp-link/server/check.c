/*
 * What can be wrong with a configuration that could be read. Every fault is told, not only the
 * first, each with the line it stands at.
 */
#include "tmtp-link/server/check.h"

#include <errno.h>
#include <libpq-fe.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/admin_tls.h"
#include "tmtp-link/server/config.h"
#include "tmtp-link/server/fetch.h"
#include "tmtp-link/server/listener.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/tls.h"
#include "tmtp-link/server/tokens.h"

struct check {
    const struct config *config;
    bool well;
};

/* Tell a fault; a NULL reason is none. */
static void tell(struct check *check, const char *section, const char *name, const char *why)
{
    char *text;

    if (why == NULL) {
        return;
    }
    text = config_complaint(check->config, section, name, config_line(check->config, section, name),
                            why);
    log_event(LOG_LEVEL_ERROR, "configuration_unusable", "why", text, NULL);
    free(text);
    check->well = false;
}

/* The same of a file that a key names. */
static void tell_file(struct check *check, const char *section, const char *name, const char *path,
                      const char *why)
{
    char *text = NULL;

    if (why != NULL && asprintf(&text, "%s: %s", path, why) >= 0) {
        tell(check, section, name, text);
        free(text);
    }
}

/* --- certificate and key ------------------------------------------------------------------- */

static int no_passphrase(char *text, int size, int writing, void *user)
{
    (void)text;
    (void)size;
    (void)writing;
    (void)user;
    return -1; /* a service has nobody to ask */
}

static X509 *read_certificate(const char *path, const char **why)
{
    FILE *file = fopen(path, "re");
    X509 *certificate = NULL;

    if (file == NULL) {
        *why = strerror(errno);
        return NULL;
    }
    certificate = PEM_read_X509(file, NULL, no_passphrase, NULL);
    fclose(file);
    if (certificate == NULL) {
        *why = "there is no certificate in PEM in it";
    }
    return certificate;
}

static EVP_PKEY *read_key(const char *path, const char **why)
{
    FILE *file = fopen(path, "re");
    EVP_PKEY *key = NULL;

    if (file == NULL) {
        *why = strerror(errno);
        return NULL;
    }
    key = PEM_read_PrivateKey(file, NULL, no_passphrase, NULL);
    fclose(file);
    if (key == NULL) {
        *why = "there is no private key in PEM, without passphrase, in it";
    }
    return key;
}

static const char *certificate_fault(const X509 *certificate)
{
    if (X509_cmp_current_time(X509_get0_notBefore(certificate)) >= 0) {
        return "the certificate is not valid yet";
    }
    return X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0
               ? "the certificate has expired"
               : NULL;
}

static void check_tls(struct check *check, const char *section, const char *cert_file,
                      const char *key_file)
{
    const char *why = NULL;
    const char *why_key = NULL;
    X509 *certificate = read_certificate(cert_file, &why);
    EVP_PKEY *key = read_key(key_file, &why_key);
    bool both = certificate != NULL && key != NULL;
    SSL_CTX *tls;

    tell_file(check, section, "tls_cert", cert_file,
              certificate != NULL ? certificate_fault(certificate) : why);
    if (both && X509_check_private_key(certificate, key) != 1) {
        why_key = "the key is not that of the certificate";
        both = false;
    }
    tell_file(check, section, "tls_key", key_file, why_key);
    if (both) { /* what OpenSSL minds beyond that, such as a key that is too short, tls_new logs */
        tls = tls_new(cert_file, key_file);
        check->well = check->well && tls != NULL;
        SSL_CTX_free(tls);
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    ERR_clear_error();
}

/* The admin interface's own; what GnuTLS minds, and the authorities, admin_tls_new logs. */
static void check_admin_tls(struct check *check)
{
    const struct config *config = check->config;
    struct admin_tls *tls;

    if (config->admin_cert == NULL) {
        return;
    }
    check_tls(check, "admin", config->admin_cert, config->admin_key);
    tls = admin_tls_new(config->admin_cert, config->admin_key, config->admin_client_ca);
    check->well = check->well && tls != NULL;
    admin_tls_free(tls);
}

/* --- addresses ----------------------------------------------------------------------------- */

static void check_address(struct check *check, const char *section, const char *key,
                          const char *url)
{
    char why[200];

    fetch_check(url, why, sizeof why);
    tell(check, section, key, *why == '\0' ? NULL : why);
}

static const char *ca_fault(const char *path)
{
    const char *why = NULL;

    if (path != NULL) {
        X509_free(read_certificate(path, &why));
        ERR_clear_error();
    }
    return why;
}

static void check_provider(struct check *check, size_t n)
{
    const struct config *config = check->config;
    const struct config_provider *provider = &config->providers[n];
    const char *section = provider->section;

    check_address(check, section, "jwks_url", provider->jwks_url);
    check_address(check, section, "login_url", provider->login_url);
    check_address(check, section, "token_url", provider->token_url);
    tell_file(check, section, "ca_file", provider->ca_file, ca_fault(provider->ca_file));
    for (size_t i = 0; i < n; i++) {
        if (strcmp(config->providers[i].issuer, provider->issuer) == 0 &&
            strcmp(config->providers[i].audience, provider->audience) == 0) {
            tell(check, section, "audience", "another provider has the same issuer and audience");
        }
    }
}

/* --- the rest ------------------------------------------------------------------------------ */

static void check_connection(struct check *check, const char *name, const char *conninfo)
{
    char *why = NULL;
    PQconninfoOption *options;

    if (conninfo == NULL) {
        return;
    }
    options = PQconninfoParse(conninfo, &why);
    if (options == NULL) {
        tell(check, "database", name, why == NULL ? "no memory" : why);
    }
    PQconninfoFree(options);
    PQfreemem(why);
}

static void check_listen(struct check *check, const char *section, const char *address)
{
    if (address != NULL && !listener_understands(address)) {
        tell(check, section, "listen", "is neither ADDRESS:PORT, in numbers, nor unix:PATH");
    }
}

bool check_config(const struct config *config)
{
    struct check check = {.config = config, .well = true};

    check_listen(&check, "server", config->listen);
    check_listen(&check, "admin", config->admin_listen);
    check_tls(&check, "server", config->tls_cert, config->tls_key);
    check_admin_tls(&check);
    if (config->token_file != NULL) {
        tell_file(&check, "admin", "token_file", config->token_file,
                  tokens_fault(config->token_file));
    }
    check_connection(&check, "connection", config->connection);
    check_connection(&check, "owner_connection", config->owner_connection);
    for (size_t i = 0; i < config->provider_count; i++) {
        check_provider(&check, i);
    }
    return check.well;
}
