/*
 * A TLS link to a TMTP server, blocking with deadlines: a non-blocking socket, and poll(2) wherever
 * it would wait. The program must ignore SIGPIPE, since OpenSSL writes with write(2).
 */
#ifndef TMTP_CLIENT_TLS_H
#define TMTP_CLIENT_TLS_H

#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/base/result.h"

struct tls_link;

/**
 * Connect, TLS 1.2 or later.
 *
 * @param server   `+host:port` (certificate and host name are checked) or `=host:port` (they are
 * not); an IPv6 address stands in brackets
 * @param ca_file  PEM file of the authorities to trust for `+`, or NULL for the system's
 * @param deadline_ms moment by which it must have happened (name resolution has its own time-outs)
 * @param[out] tls the link, to be closed by tls_close
 * @return TMTP_OK; TMTP_LOCAL when @a server is not in that form or @a ca_file can't be read;
 * TMTP_AUTH when the certificate is not good; TMTP_RETRY when the server is away; TMTP_PROTOCOL
 * when it does not speak TLS
 */
enum tmtp_result tls_open(const char *server, const char *ca_file, int64_t deadline_ms,
                          struct tls_link **tls, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Read what is there, waiting for at least one octet.
 *
 * @param[out] got octets read, 1 or more
 * @return TMTP_OK; TMTP_NONE when nothing came before the deadline; TMTP_RETRY when the link is
 * gone
 */
enum tmtp_result tls_read(struct tls_link *tls, void *room, size_t size, int64_t deadline_ms,
                          size_t *got, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Write all.
 *
 * @return TMTP_OK; TMTP_RETRY when the link is gone or the deadline passed: then it must be closed
 */
enum tmtp_result tls_write(struct tls_link *tls, const void *data, size_t len, int64_t deadline_ms,
                           struct tmtp_error *error) __attribute__((warn_unused_result));

/** The socket, to poll(2) for something to read when tls_read has said TMTP_NONE. */
int tls_fd(const struct tls_link *tls);

/**
 * Close; NULL will do.
 */
void tls_close(struct tls_link *tls);

#endif
