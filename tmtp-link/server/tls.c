/*
 * TLS for clients: 1.3 and, with authenticated ciphers only, 1.2.
 *
 * Links live long and are mostly idle, so OpenSSL gives back its buffers when they are empty, and
 * there is no session cache; tickets are OpenSSL's own, with keys that die with the process.
 */
#include "tmtp-link/server/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdbool.h>

#include "tmtp-link/server/log.h"

const char *tls_error(void)
{
    unsigned long code = ERR_peek_last_error();
    const char *reason = code == 0 ? NULL : ERR_reason_error_string(code);

    return reason == NULL ? "no reason given" : reason;
}

static bool configure(SSL_CTX *tls, const char *certificate, const char *key)
{
    SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
    return SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(tls, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
           SSL_CTX_set1_groups_list(tls, "X25519:P-256") == 1 &&
           SSL_CTX_set_max_early_data(tls, 0) == 1 &&
           SSL_CTX_set_session_id_context(tls, (const unsigned char *)"tmtp", 4) == 1 &&
           SSL_CTX_use_certificate_chain_file(tls, certificate) == 1 &&
           SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) == 1 &&
           SSL_CTX_check_private_key(tls) == 1;
}

SSL_CTX *tls_new(const char *certificate, const char *key)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

    ERR_clear_error();
    if (tls == NULL || !configure(tls, certificate, key)) {
        log_event(LOG_LEVEL_ERROR, "certificate_unusable", "certificate", certificate, "key", key,
                  "detail", tls_error(), NULL);
        SSL_CTX_free(tls);
        return NULL;
    }
    return tls;
}
