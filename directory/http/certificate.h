/* Certificate and key for libmicrohttpd's TLS, which can be read anew while it runs. */
#ifndef AGORA_HTTP_CERTIFICATE_H
#define AGORA_HTTP_CERTIFICATE_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include "directory/base/error.h"

struct certificate;

/**
 * Read a certificate chain and its key.
 *
 * @param mem      talloc parent
 * @param cert     PEM file, the chain
 * @param key      PEM file
 * @param[out] out credentials
 * @return AGORA_OK; AGORA_INVALID_FIELD when a file cannot be read or the two do not belong
 * together
 */
enum agora_status certificate_read(void *mem, const char *cert, const char *key,
                                   struct certificate **out, struct error *e) AGORA_CHECKED;

/** Read both again; the old ones stay when that fails. Connections that are open keep theirs. */
enum agora_status certificate_reload(struct certificate *c, struct error *e) AGORA_CHECKED;

/** For MHD_OPTION_HTTPS_CERT_CALLBACK; finds its certificate by certificate_serve(). */
int certificate_for_handshake(gnutls_session_t session, const gnutls_datum_t *ca_names,
                              int ca_names_n, const gnutls_pk_algorithm_t *algorithms,
                              int algorithms_n, gnutls_pcert_st **certs, unsigned *certs_n,
                              gnutls_privkey_t *key);

/** GnuTLS' callback carries no context: name the one credentials of this process. */
void certificate_serve(struct certificate *c);

#endif
