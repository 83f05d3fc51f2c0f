/* libmicrohttpd asks for the certificate at every handshake, so a new one is in use as soon as it
 * is read. A pair that was replaced stays in memory: handshakes may still hold it, and certificates
 * change a few times a year. */
#include "directory/http/certificate.h"

#include <gnutls/x509.h>
#include <stdatomic.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/crypto.h"
#include "directory/base/file.h"

enum { CHAIN_MAX = 8, PEM_MAX = 64 * 1024, ID_LEN = 64 };

struct pair {
    gnutls_pcert_st certs[CHAIN_MAX];
    unsigned certs_n;
    gnutls_privkey_t key;
};

struct certificate {
    const char *cert_file, *key_file;
    _Atomic(struct pair *) pair;
};

/* The one pair that handshakes get; see certificate_serve(). */
static struct certificate *served;

static int destroy_pair(struct pair *p)
{
    for (unsigned i = 0; i < p->certs_n; i++)
        gnutls_pcert_deinit(&p->certs[i]);
    if (p->key != NULL)
        gnutls_privkey_deinit(p->key);
    return 0;
}

static enum agora_status refuse(struct error *e, const char *file, const char *why)
{
    return error_set(e, AGORA_INVALID_FIELD, NULL, "%s: %s", file, why);
}

static enum agora_status read_key(struct pair *p, const char *file, struct error *e)
{
    char *text = NULL;
    size_t len = 0;

    if (file_read(p, file, PEM_MAX, &text, &len, e) != AGORA_OK)
        return refuse(e, file, "cannot be read");
    gnutls_datum_t pem = {(unsigned char *)text, (unsigned)len};
    int r = gnutls_privkey_init(&p->key);
    if (r == 0)
        r = gnutls_privkey_import_x509_raw(p->key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0);
    secret_wipe(text, len);
    talloc_free(text);
    return r == 0 ? AGORA_OK : refuse(e, file, gnutls_strerror(r));
}

static bool belong_together(struct pair *p)
{
    unsigned char of_cert[ID_LEN], of_key[ID_LEN];
    size_t cert_len = sizeof of_cert, key_len = sizeof of_key;
    gnutls_pubkey_t public = NULL;

    bool ok = gnutls_pubkey_init(&public) == 0 &&
              gnutls_pubkey_import_privkey(public, p->key, 0, 0) == 0 &&
              gnutls_pubkey_get_key_id(public, 0, of_key, &key_len) == 0 &&
              gnutls_pubkey_get_key_id(p->certs[0].pubkey, 0, of_cert, &cert_len) == 0 &&
              key_len == cert_len && memcmp(of_key, of_cert, key_len) == 0;
    if (public != NULL)
        gnutls_pubkey_deinit(public);
    return ok;
}

enum agora_status certificate_reload(struct certificate *c, struct error *e)
{
    struct pair *p = talloc_zero(c, struct pair);
    unsigned n = CHAIN_MAX;

    if (p == NULL)
        return error_detail(e, AGORA_INTERNAL, "out of memory");
    talloc_set_destructor(p, destroy_pair);
    int r = gnutls_pcert_list_import_x509_file(p->certs, &n, c->cert_file, GNUTLS_X509_FMT_PEM,
                                               NULL, NULL, 0);
    p->certs_n = r == 0 ? n : 0;
    enum agora_status s =
        r != 0 ? refuse(e, c->cert_file, gnutls_strerror(r)) : read_key(p, c->key_file, e);
    if (s == AGORA_OK && !belong_together(p))
        s = refuse(e, c->key_file, "is not the key of the certificate");
    if (s != AGORA_OK)
        talloc_free(p);
    else
        atomic_store(&c->pair, p);
    return s;
}

enum agora_status certificate_read(void *mem, const char *cert, const char *key,
                                   struct certificate **out, struct error *e)
{
    struct certificate *c = talloc_zero(mem, struct certificate);

    if (c == NULL)
        return error_detail(e, AGORA_INTERNAL, "out of memory");
    c->cert_file = cert;
    c->key_file = key;
    enum agora_status s = certificate_reload(c, e);
    if (s != AGORA_OK)
        talloc_free(c);
    else
        *out = c;
    return s;
}

void certificate_serve(struct certificate *c)
{
    served = c;
}

int certificate_for_handshake(gnutls_session_t session, const gnutls_datum_t *ca_names,
                              int ca_names_n, const gnutls_pk_algorithm_t *algorithms,
                              int algorithms_n, gnutls_pcert_st **certs, unsigned *certs_n,
                              gnutls_privkey_t *key)
{
    struct pair *p = atomic_load(&served->pair);

    (void)session, (void)ca_names, (void)ca_names_n, (void)algorithms, (void)algorithms_n;
    *certs = p->certs;
    *certs_n = p->certs_n;
    *key = p->key;
    return 0;
}
