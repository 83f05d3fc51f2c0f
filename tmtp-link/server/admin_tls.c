/*
 * Credentials, the newest first.
 */
#include "tmtp-link/server/admin_tls.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "tmtp-link/server/log.h"

struct credentials {
    struct credentials *older; /* replaced, but perhaps in use */
    gnutls_certificate_credentials_t x509;
};

struct admin_tls {
    const char *certificate, *key, *client_ca;
    struct credentials *newest;
};

static bool fail(const char *file, const char *why)
{
    log_event(LOG_LEVEL_ERROR, "admin_certificate_unusable", "file", file, "why", why, NULL);
    return false;
}

static bool read_files(const struct admin_tls *tls, gnutls_certificate_credentials_t x509)
{
    int result =
        gnutls_certificate_set_x509_key_file(x509, tls->certificate, tls->key, GNUTLS_X509_FMT_PEM);

    if (result < 0) {
        return fail(tls->certificate, gnutls_strerror(result));
    }
    if (tls->client_ca == NULL) {
        return true;
    }
    result = gnutls_certificate_set_x509_trust_file(x509, tls->client_ca, GNUTLS_X509_FMT_PEM);
    return result > 0 || fail(tls->client_ca, result == 0 ? "there is no certificate in it"
                                                          : gnutls_strerror(result));
}

static bool add_credentials(struct admin_tls *tls)
{
    struct credentials *made = calloc(1, sizeof *made);

    if (made == NULL || gnutls_certificate_allocate_credentials(&made->x509) < 0) {
        free(made);
        return fail(tls->certificate, "no memory");
    }
    if (!read_files(tls, made->x509)) {
        gnutls_certificate_free_credentials(made->x509);
        free(made);
        return false;
    }
    made->older = tls->newest;
    tls->newest = made;
    return true;
}

struct admin_tls *admin_tls_new(const char *certificate, const char *key, const char *client_ca)
{
    struct admin_tls *tls = calloc(1, sizeof *tls);

    if (tls == NULL) {
        return NULL;
    }
    *tls = (struct admin_tls){.certificate = certificate, .key = key, .client_ca = client_ca};
    if (!add_credentials(tls)) {
        admin_tls_free(tls);
        return NULL;
    }
    return tls;
}

void admin_tls_reload(struct admin_tls *tls)
{
    if (add_credentials(tls)) {
        log_event(LOG_LEVEL_INFO, "admin_certificate_read", NULL);
    }
}

/* What libmicrohttpd would use for a connection that has got no credentials from us: nothing. */
static int no_certificate(gnutls_session_t session, const gnutls_datum_t *names, int name_count,
                          const gnutls_pk_algorithm_t *algorithms, int algorithm_count,
                          gnutls_pcert_st **certificate, unsigned int *count, gnutls_privkey_t *key)
{
    (void)session, (void)names, (void)name_count, (void)algorithms, (void)algorithm_count;
    (void)certificate, (void)count, (void)key;
    return -1;
}

struct MHD_OptionItem admin_tls_options[] = {
    {MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)no_certificate},
    {MHD_OPTION_HTTPS_PRIORITIES, 0,
     (void *)(size_t) "SECURE128:-VERS-ALL:+VERS-TLS1.3:%SERVER_PRECEDENCE"},
    {MHD_OPTION_END, 0, NULL},
};

/* NULL when the connection has no TLS. */
static gnutls_session_t session_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);

    return info == NULL ? NULL : (gnutls_session_t)info->tls_session;
}

bool admin_tls_begin(const struct admin_tls *tls, struct MHD_Connection *connection)
{
    gnutls_session_t session = session_of(connection);
    /* Looked at in the handshake, so it outlives this call. */
    static gnutls_typed_vdata_st purpose[] = {
        {GNUTLS_DT_KEY_PURPOSE_OID, (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT, 0}};

    if (session == NULL ||
        gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, tls->newest->x509) < 0) {
        return false;
    }
    if (tls->client_ca != NULL) {
        gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
        gnutls_session_set_verify_cert2(session, purpose, 1, 0);
    }
    return true;
}

void admin_tls_send(struct MHD_Connection *connection, const char *data, size_t len)
{
    gnutls_session_t session = session_of(connection);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    if (session != NULL) {
        gnutls_record_send(session, data, len);
    } else if (info != NULL) {
        send(info->connect_fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
}

void admin_tls_free(struct admin_tls *tls)
{
    struct credentials *next;

    if (tls == NULL) {
        return;
    }
    for (struct credentials *c = tls->newest; c != NULL; c = next) {
        next = c->older;
        gnutls_certificate_free_credentials(c->x509);
        free(c);
    }
    free(tls);
}
