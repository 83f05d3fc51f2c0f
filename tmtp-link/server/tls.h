/*
 * TLS for clients: 1.3 and, with authenticated ciphers only, 1.2; and the octets of one link by it,
 * without blocking.
 *
 * OpenSSL may have to write in order to read, and the reverse; a stream remembers that, and says
 * which events of the socket it waits for.
 */
#ifndef TMTPD_TLS_H
#define TMTPD_TLS_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Make a context of a certificate and its key.
 *
 * @param certificate PEM file, the server's own first
 * @param key         PEM file
 * @return the context, to be freed by SSL_CTX_free; NULL when the files are not there or don't
 * belong together, which is logged
 */
SSL_CTX *tls_new(const char *certificate, const char *key) __attribute__((warn_unused_result));

/** One end of a TLS connection. */
struct tls_stream {
    SSL *ssl;
    bool shaken; /**< the handshake is done */
    bool reading_wants_write, writing_wants_read;
};

/** What became of a call. */
enum tls_result {
    TLS_DONE,
    TLS_WAIT, /**< not yet: wait for tls_events */
    TLS_GONE  /**< the other end has closed, or spoke no TLS */
};

/** Begin on a connected socket, which stays the caller's; false when there is no memory. */
bool tls_open(struct tls_stream *stream, SSL_CTX *context, int fd)
    __attribute__((warn_unused_result));

/** Go on with the handshake. */
enum tls_result tls_shake(struct tls_stream *stream) __attribute__((warn_unused_result));

/** Read up to @a room octets; @a got says how many, when TLS_DONE. */
enum tls_result tls_read(struct tls_stream *stream, void *space, size_t room, size_t *got)
    __attribute__((warn_unused_result));

/** Write up to @a len octets; @a sent says how many, when TLS_DONE. */
enum tls_result tls_write(struct tls_stream *stream, const void *data, size_t len, size_t *sent)
    __attribute__((warn_unused_result));

/** Whether octets are decrypted already, for which no event will come. */
bool tls_holds_octets(const struct tls_stream *stream);

/** Events of the socket to wait for (EPOLLIN, EPOLLOUT). */
uint32_t tls_events(const struct tls_stream *stream, bool to_read, bool to_write);

/** Tell the other end that nothing more comes. */
void tls_say_end(struct tls_stream *stream);

/** Free what it holds. */
void tls_close(struct tls_stream *stream);

#endif
