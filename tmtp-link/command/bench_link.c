/*
 * The links of the benchmark: non-blocking TLS, one read and one write a turn where that is enough.
 * With read-ahead OpenSSL takes all that the socket has in one call, and epoll is level-triggered,
 * so a read that would only say "nothing more" is never made.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "tmtp-link/command/bench.h"

enum { READ_MAX = 64 << 10 };

bool bench_octets_add(struct bench_octets *octets, const void *more, size_t len)
{
    if (octets->len + len > octets->size) {
        size_t size = (octets->len + len) * 2;
        char *at = realloc(octets->at, size);

        if (at == NULL) {
            return false;
        }
        octets->at = at;
        octets->size = size;
    }
    if (len > 0) {
        memcpy(octets->at + octets->len, more, len);
        octets->len += len;
    }
    return true;
}

void bench_link_close(struct bench *bench, struct bench_client *client, enum bench_state state)
{
    if (client->state == BENCH_CONNECTING || client->state == BENCH_HANDSHAKE ||
        client->state == BENCH_ENTERING) {
        bench->entering--;
    }
    if (client->ssl != NULL && SSL_is_init_finished(client->ssl)) {
        ERR_clear_error();
        SSL_shutdown(client->ssl);
    }
    SSL_free(client->ssl);
    client->ssl = NULL;
    if (client->fd >= 0) {
        close(client->fd);
    }
    client->fd = -1;
    free(client->in.at);
    free(client->out.at);
    client->in = client->out = (struct bench_octets){0};
    bench->gone += state == BENCH_GONE;
    client->state = state;
}

static void fail(struct bench *bench, struct bench_client *client, const char *what)
{
    bench_note(bench, "client %u: %s", client->index, what);
    bench_link_close(bench, client, BENCH_GONE);
}

/* Have epoll tell of reading, and of writing when there is something to write. */
static void watch(struct bench *bench, struct bench_client *client, int how, bool writing)
{
    struct epoll_event event = {.events = EPOLLIN | (writing ? EPOLLOUT : 0U), .data.ptr = client};

    if (how == EPOLL_CTL_MOD && client->wants_write == writing) {
        return;
    }
    client->wants_write = writing;
    if (epoll_ctl(bench->epoll, how, client->fd, &event) != 0) {
        fail(bench, client, strerror(errno));
    }
}

void bench_link_begin(struct bench *bench, struct bench_client *client)
{
    int fd = socket(bench->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    bench->entering++;
    client->state = BENCH_CONNECTING;
    client->begun_us = bench_clock_us();
    client->fd = fd;
    client->ssl = fd < 0 ? NULL : SSL_new(bench->context);
    if (client->ssl == NULL || SSL_set_fd(client->ssl, fd) != 1) {
        fail(bench, client, fd < 0 ? strerror(errno) : "can't set up TLS");
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if (connect(fd, (const struct sockaddr *)&bench->address, bench->address_len) != 0 &&
        errno != EINPROGRESS) {
        fail(bench, client, strerror(errno));
        return;
    }
    watch(bench, client, EPOLL_CTL_ADD, true);
}

/* Whether an OpenSSL call failed only because it would wait. */
static bool would_wait(struct bench_client *client, int returned)
{
    int wants = SSL_get_error(client->ssl, returned);

    return wants == SSL_ERROR_WANT_READ || wants == SSL_ERROR_WANT_WRITE;
}

/* Write from octets; how many were taken, or -1 when the link is gone. */
static ssize_t write_some(struct bench_client *client, const char *at, size_t len)
{
    size_t done = 0;

    while (done < len) {
        size_t put = 0;
        int n;

        ERR_clear_error();
        n = SSL_write_ex(client->ssl, at + done, len - done, &put);
        if (n != 1) {
            return would_wait(client, n) ? (ssize_t)done : -1;
        }
        done += put;
    }
    return (ssize_t)done;
}

void bench_link_flush(struct bench *bench, struct bench_client *client)
{
    struct bench_octets *from = &bench->out;
    ssize_t done;

    if (client->fd < 0) {
        bench->out.len = 0;
        return;
    }
    if (client->out.len > 0) { /* what waits goes first */
        if (!bench_octets_add(&client->out, bench->out.at, bench->out.len)) {
            fail(bench, client, "no memory");
            return;
        }
        bench->out.len = 0;
        from = &client->out;
    }
    if (from->len == 0) {
        return;
    }
    done = write_some(client, from->at, from->len);
    if (done < 0) {
        bench->out.len = 0;
        fail(bench, client, "the server closed the link");
        return;
    }
    from->len -= (size_t)done;
    if (from == &client->out) {
        memmove(from->at, from->at + done, from->len);
    } else if (from->len > 0 && !bench_octets_add(&client->out, from->at + done, from->len)) {
        fail(bench, client, "no memory");
        return;
    }
    bench->out.len = 0;
    watch(bench, client, EPOLL_CTL_MOD, client->out.len > 0);
}

/* Go on with the handshake, then greet. */
static void shake(struct bench *bench, struct bench_client *client)
{
    int n;

    ERR_clear_error();
    n = SSL_connect(client->ssl);
    if (n != 1) {
        if (would_wait(client, n)) {
            watch(bench, client, EPOLL_CTL_MOD,
                  SSL_get_error(client->ssl, n) == SSL_ERROR_WANT_WRITE);
        } else {
            fail(bench, client, "no TLS link could be made");
        }
        return;
    }
    client->state = BENCH_ENTERING;
    bench_talk_greet(bench, client);
    bench_link_flush(bench, client);
}

/* Take what was read, with the beginning of a frame that was here before. */
static void took(struct bench *bench, struct bench_client *client, size_t got)
{
    struct bench_octets *all = &bench->in;
    size_t used;

    bench->now_us = bench_clock_us();
    if (client->in.len > 0) {
        if (!bench_octets_add(&client->in, bench->in.at, got)) {
            fail(bench, client, "no memory");
            return;
        }
        all = &client->in;
        got = client->in.len;
    }
    used = bench_talk_take(bench, client, all->at, got);
    if (client->fd < 0) {
        return; /* it was closed on the way */
    }
    if (all == &client->in) {
        all->len -= used;
        memmove(all->at, all->at + used, all->len);
    } else if (used < got && !bench_octets_add(&client->in, all->at + used, got - used)) {
        fail(bench, client, "no memory");
    }
}

static void read_and_answer(struct bench *bench, struct bench_client *client)
{
    if (client->wants_write) {
        bench_link_flush(bench, client);
    }
    while (client->fd >= 0) {
        size_t got = 0;
        int n;

        ERR_clear_error();
        n = SSL_read_ex(client->ssl, bench->in.at, READ_MAX, &got);
        if (n != 1) {
            if (!would_wait(client, n)) {
                fail(bench, client, "the server closed the link");
                return;
            }
            break;
        }
        took(bench, client, got);
        if (client->fd >= 0 && SSL_has_pending(client->ssl) == 0) {
            break;
        }
    }
    bench_talk_post(bench, client);
    bench_link_flush(bench, client);
}

void bench_link_turn(struct bench *bench, struct bench_client *client)
{
    int failure = 0;
    socklen_t size = sizeof failure;

    if (client->fd < 0) {
        return; /* closed earlier in this turn of the loop */
    }
    if (client->state == BENCH_CONNECTING) {
        if (getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &failure, &size) != 0 || failure != 0) {
            fail(bench, client, strerror(failure == 0 ? errno : failure));
            return;
        }
        client->state = BENCH_HANDSHAKE;
    }
    if (client->state == BENCH_HANDSHAKE) {
        shake(bench, client);
    } else {
        read_and_answer(bench, client);
    }
}
