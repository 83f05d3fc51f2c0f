/*
 * TLS for clients: 1.3 and, with authenticated ciphers only, 1.2.
 */
#ifndef TMTPD_TLS_H
#define TMTPD_TLS_H

#include <openssl/types.h>

/**
 * Make a context of a certificate and its key.
 *
 * @param certificate PEM file, the server's own first
 * @param key         PEM file
 * @return the context, to be freed by SSL_CTX_free; NULL when the files are not there or don't
 * belong together, which is logged
 */
SSL_CTX *tls_new(const char *certificate, const char *key) __attribute__((warn_unused_result));

/** The last error of OpenSSL as text, good until the next call. */
const char *tls_error(void);

#endif
