/*
 * The TLS link. Each OpenSSL call is tried until it no longer says that it would wait; the socket
 * is polled in between, for reading or writing as OpenSSL wants.
 */
#include "tmtp-link/client/tls.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tmtp-link/client/address.h"
#include "tmtp-link/client/deadline.h"

struct tls_link {
    int fd;
    SSL_CTX *context;
    SSL *ssl;
};

static bool wait_for(int fd, short events, int64_t deadline_ms)
{
    struct pollfd ready = {.fd = fd, .events = events};
    int n;

    do {
        n = poll(&ready, 1, deadline_left(deadline_ms));
    } while (n < 0 && errno == EINTR);
    return n > 0;
}

/* How a connection that is under way ended: 0, or an errno. */
static int connect_ended(int fd, int64_t deadline_ms)
{
    int failure = 0;
    socklen_t size = sizeof failure;

    if (!wait_for(fd, POLLOUT, deadline_ms)) {
        return ETIMEDOUT;
    }
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size) == 0 ? failure : errno;
}

/* Connect to one address; -1 with errno set when that fails. */
static int connect_one(const struct addrinfo *to, int64_t deadline_ms)
{
    int fd = socket(to->ai_family, to->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, to->ai_protocol);
    int failure = 0;

    if (fd < 0) {
        return -1;
    }
    if (connect(fd, to->ai_addr, to->ai_addrlen) != 0) {
        failure = errno == EINPROGRESS ? connect_ended(fd, deadline_ms) : errno;
    }
    if (failure != 0) {
        close(fd);
        errno = failure;
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    return fd;
}

static enum tmtp_result connect_any(struct tls_link *tls, const struct address *address,
                                    int64_t deadline_ms, struct tmtp_error *error)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *all = NULL;
    int failure = getaddrinfo(address->host, address->port, &hints, &all);

    if (failure != 0) {
        return tmtp_fail(error, TMTP_RETRY, "can't find %s: %s", address->host,
                         gai_strerror(failure));
    }
    for (struct addrinfo *one = all; one != NULL && tls->fd < 0; one = one->ai_next) {
        tls->fd = connect_one(one, deadline_ms);
        failure = errno;
    }
    freeaddrinfo(all);
    if (tls->fd < 0) {
        return tmtp_fail(error, TMTP_RETRY, "can't connect to %s port %s: %s", address->host,
                         address->port, strerror(failure));
    }
    return TMTP_OK;
}

/* Have the certificate checked, and that it is this host's. */
static bool check_certificate(struct tls_link *tls, const struct address *address,
                              const char *ca_file)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(tls->ssl);

    if (ca_file != NULL ? SSL_CTX_load_verify_locations(tls->context, ca_file, NULL) != 1
                        : SSL_CTX_set_default_verify_paths(tls->context) != 1) {
        return false;
    }
    SSL_set_verify(tls->ssl, SSL_VERIFY_PEER, NULL);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return X509_VERIFY_PARAM_set1_ip_asc(param, address->host) == 1 ||
           SSL_set1_host(tls->ssl, address->host) == 1;
}

static enum tmtp_result prepare(struct tls_link *tls, const struct address *address,
                                const char *ca_file, struct tmtp_error *error)
{
    tls->context = SSL_CTX_new(TLS_client_method());
    if (tls->context == NULL || SSL_CTX_set_min_proto_version(tls->context, TLS1_2_VERSION) != 1 ||
        (tls->ssl = SSL_new(tls->context)) == NULL || SSL_set_fd(tls->ssl, tls->fd) != 1) {
        return tmtp_fail(error, TMTP_LOCAL, "can't set up TLS");
    }
    SSL_set_mode(tls->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                               SSL_MODE_AUTO_RETRY);
    if (SSL_set_tlsext_host_name(tls->ssl, address->host) != 1 ||
        (address->checked && !check_certificate(tls, address, ca_file))) {
        return tmtp_fail(error, TMTP_LOCAL, "can't read the authorities to trust%s%s",
                         ca_file == NULL ? "" : " in ", ca_file == NULL ? "" : ca_file);
    }
    return TMTP_OK;
}

/* After an OpenSSL call that did not succeed: wait for what it wants. False when there's no point.
 */
static bool wait_as_wanted(struct tls_link *tls, int returned, int64_t deadline_ms, bool *late)
{
    int wants = SSL_get_error(tls->ssl, returned);

    *late = false;
    if (wants != SSL_ERROR_WANT_READ && wants != SSL_ERROR_WANT_WRITE) {
        return false;
    }
    *late = !wait_for(tls->fd, wants == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline_ms);
    return !*late;
}

static enum tmtp_result handshake(struct tls_link *tls, int64_t deadline_ms,
                                  struct tmtp_error *error)
{
    bool late = false;
    int n;

    ERR_clear_error();
    while ((n = SSL_connect(tls->ssl)) != 1) {
        if (!wait_as_wanted(tls, n, deadline_ms, &late)) {
            break;
        }
        ERR_clear_error();
    }
    if (n == 1) {
        return TMTP_OK;
    }
    if (late) {
        return tmtp_fail(error, TMTP_RETRY, "the server took too long to answer");
    }
    if (SSL_get_verify_result(tls->ssl) != X509_V_OK) {
        return tmtp_fail(error, TMTP_AUTH, "the server's certificate is not good: %s",
                         X509_verify_cert_error_string(SSL_get_verify_result(tls->ssl)));
    }
    if (ERR_GET_LIB(ERR_peek_error()) == ERR_LIB_SSL &&
        ERR_GET_REASON(ERR_peek_error()) != SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        return tmtp_fail(error, TMTP_PROTOCOL, "the server does not speak TLS as it should");
    }
    return tmtp_fail(error, TMTP_RETRY, "the server closed the link");
}

enum tmtp_result tls_open(const char *server, const char *ca_file, int64_t deadline_ms,
                          struct tls_link **tls, struct tmtp_error *error)
{
    struct address address;
    struct tls_link *made;
    enum tmtp_result result;

    if (!address_parse(server, &address)) {
        return tmtp_fail(error, TMTP_LOCAL,
                         "'%s' is not a server's address: +host:port or =host:port", server);
    }
    made = calloc(1, sizeof *made);
    if (made == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    made->fd = -1;
    result = connect_any(made, &address, deadline_ms, error);
    if (result == TMTP_OK) {
        result = prepare(made, &address, ca_file, error);
    }
    if (result == TMTP_OK) {
        result = handshake(made, deadline_ms, error);
    }
    if (result != TMTP_OK) {
        tls_close(made);
        return result;
    }
    *tls = made;
    return TMTP_OK;
}

enum tmtp_result tls_read(struct tls_link *tls, void *room, size_t size, int64_t deadline_ms,
                          size_t *got, struct tmtp_error *error)
{
    bool late = false;
    int n;

    ERR_clear_error();
    while ((n = SSL_read_ex(tls->ssl, room, size, got)) != 1) {
        if (!wait_as_wanted(tls, n, deadline_ms, &late)) {
            return late ? TMTP_NONE : tmtp_fail(error, TMTP_RETRY, "the server closed the link");
        }
        ERR_clear_error();
    }
    return TMTP_OK;
}

enum tmtp_result tls_write(struct tls_link *tls, const void *data, size_t len, int64_t deadline_ms,
                           struct tmtp_error *error)
{
    const char *at = data;
    bool late = false;

    while (len > 0) {
        size_t put = 0;
        int n;

        ERR_clear_error();
        n = SSL_write_ex(tls->ssl, at, len, &put);
        if (n == 1) {
            at += put;
            len -= put;
        } else if (!wait_as_wanted(tls, n, deadline_ms, &late)) {
            return tmtp_fail(error, TMTP_RETRY,
                             late ? "the server took too long to read" : "the link is closed");
        }
    }
    return TMTP_OK;
}

void tls_close(struct tls_link *tls)
{
    if (tls == NULL) {
        return;
    }
    if (tls->ssl != NULL && SSL_is_init_finished(tls->ssl)) {
        SSL_shutdown(tls->ssl);
    }
    SSL_free(tls->ssl);
    SSL_CTX_free(tls->context);
    if (tls->fd >= 0) {
        close(tls->fd);
    }
    free(tls);
}
