/*
 * TLS for clients. Links live long and are mostly idle, so OpenSSL gives back its buffers when they
 * are empty, and there is no session cache; tickets are OpenSSL's own, with keys that die with the
 * process.
 */
#include "tmtp-link/server/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>

#include "tmtp-link/server/log.h"

static bool configure(SSL_CTX *tls, const char *certificate, const char *key)
{
    SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(tls, 1); /* one system call for what may be several records */
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
                  "detail", ERR_reason_error_string(ERR_peek_last_error()), NULL);
        SSL_CTX_free(tls);
        return NULL;
    }
    return tls;
}

bool tls_open(struct tls_stream *stream, SSL_CTX *context, int fd)
{
    *stream = (struct tls_stream){.ssl = SSL_new(context)};
    if (stream->ssl == NULL || SSL_set_fd(stream->ssl, fd) != 1) {
        tls_close(stream);
        return false;
    }
    SSL_set_accept_state(stream->ssl);
    return true;
}

/* What a call that did not succeed means; @a crossed is set when it waits for the @a other way. */
static enum tls_result judge(const struct tls_stream *stream, int returned, bool *crossed,
                             int other)
{
    int error = SSL_get_error(stream->ssl, returned);

    *crossed = error == other;
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? TLS_WAIT : TLS_GONE;
}

enum tls_result tls_shake(struct tls_stream *stream)
{
    int returned;

    ERR_clear_error();
    stream->reading_wants_write = false;
    returned = SSL_accept(stream->ssl);
    stream->shaken = returned == 1;
    return stream->shaken
               ? TLS_DONE
               : judge(stream, returned, &stream->reading_wants_write, SSL_ERROR_WANT_WRITE);
}

enum tls_result tls_read(struct tls_stream *stream, void *space, size_t room, size_t *got)
{
    int returned;

    ERR_clear_error();
    stream->reading_wants_write = false;
    returned = SSL_read_ex(stream->ssl, space, room, got);
    return returned == 1
               ? TLS_DONE
               : judge(stream, returned, &stream->reading_wants_write, SSL_ERROR_WANT_WRITE);
}

enum tls_result tls_write(struct tls_stream *stream, const void *data, size_t len, size_t *sent)
{
    int returned;

    ERR_clear_error();
    stream->writing_wants_read = false;
    returned = SSL_write_ex(stream->ssl, data, len, sent);
    return returned == 1
               ? TLS_DONE
               : judge(stream, returned, &stream->writing_wants_read, SSL_ERROR_WANT_READ);
}

bool tls_holds_octets(const struct tls_stream *stream)
{
    return SSL_has_pending(stream->ssl) == 1;
}

uint32_t tls_events(const struct tls_stream *stream, bool to_read, bool to_write)
{
    uint32_t events = 0;

    if (!stream->shaken || to_read || stream->writing_wants_read) {
        events |= (uint32_t)EPOLLIN;
    }
    if (stream->reading_wants_write || (to_write && !stream->writing_wants_read)) {
        events |= (uint32_t)EPOLLOUT;
    }
    return events;
}

void tls_say_end(struct tls_stream *stream)
{
    ERR_clear_error();
    SSL_shutdown(stream->ssl);
}

void tls_close(struct tls_stream *stream)
{
    SSL_free(stream->ssl);
    stream->ssl = NULL;
}
