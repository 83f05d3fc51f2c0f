/*
 * The life of a link: what comes, what goes, and how it ends.
 */
#include "tmtp-link/server/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/deliver.h"
#include "tmtp-link/server/guard.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/session.h"

#define END_US  INT64_C(5000000)  /* for the client to take our last words */
#define QUIT_US INT64_C(30000000) /* for what is due before them */

enum {
    READS_A_TURN = 8,
    OUT_MAX = 256 * 1024, /* no more is read from a client that leaves this much unread */
};

static void see_to(struct link *link);

/* Have the link seen to at the end of the turn. */
static void touch(struct link *link)
{
    if (!link->touched) {
        link->touched = true;
        link->next_touched = link->server->touched;
        link->server->touched = link;
    }
}

size_t link_backlog(const struct link *link)
{
    return buffer_len(&link->out) + buffer_len(&link->held);
}

/* --- ending -------------------------------------------------------------------------------- */

void link_hold(struct link *link)
{
    link->holds++;
}

static void maybe_bury(struct link *link)
{
    if (link->end == LINK_CLOSED && link->holds == 0 && !link->buried) {
        link->buried = true;
        link->next_grave = link->server->graves;
        link->server->graves = link;
    }
}

void link_release(struct link *link)
{
    link->holds--;
    maybe_bury(link);
}

static void bury(struct server *server)
{
    while (server->graves != NULL) {
        struct link *link = server->graves;

        server->graves = link->next_grave;
        link->buried = false;
        if (link->holds == 0) {
            free(link);
        }
    }
}

void link_turn(struct server *server)
{
    while (server->touched != NULL) {
        struct link *link = server->touched;

        server->touched = link->next_touched;
        link->touched = false;
        if (link->end != LINK_CLOSED) {
            see_to(link);
        }
    }
    bury(server);
}

void link_close(struct link *link, const char *why)
{
    struct server *server = link->server;

    if (link->end == LINK_CLOSED) {
        return;
    }
    if (why != NULL) {
        log_event(LOG_LEVEL_INFO, "link_closed", "why", why, "node",
                  link->node == 0 ? NULL : LOG_NUMBER(link->node), NULL);
    }
    link->end = LINK_CLOSED;
    session_closed(link);
    loop_cancel(server->loop, &link->timer);
    loop_unwatch(server->loop, &link->watch);
    tls_close(&link->tls);
    close(link->watch.fd);
    frame_reader_free(&link->reader);
    buffer_free(&link->out);
    buffer_free(&link->held);
    guard_close(link);
    *(link->prev == NULL ? &server->links : &link->prev->next) = link->next;
    if (link->next != NULL) {
        link->next->prev = link->prev;
    }
    server->link_count--;
    maybe_bury(link);
}

/* The client has been sent all; shut our side, and wait until it has read that and shut its own:
 * closing with its octets unread would make the kernel drop ours on the way. */
static void linger(struct link *link)
{
    link->end = LINK_LINGERING;
    tls_say_end(&link->tls);
    shutdown(link->watch.fd, SHUT_WR);
    loop_after(link->server->loop, &link->timer, END_US);
}

static void drain(struct link *link)
{
    char waste[16384];
    ssize_t n = recv(link->watch.fd, waste, sizeof waste, MSG_DONTWAIT);

    if (n > 0) {
        return; /* the timer ends one that never stops */
    }
    if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        link_close(link, NULL);
    }
}

/* The quit, once nothing is due before it. The node may log in again from then on. */
static void say_quit(struct link *link)
{
    link->end = LINK_FLUSHING;
    session_closed(link);
    loop_after(link->server->loop, &link->timer, END_US);
    link_answer(link, json_pack("{s:s, s:s}", "op", "quit", "error", link->quit)); /* may close */
}

void link_quit(struct link *link, const char *text)
{
    if (link->end != LINK_OPEN) {
        return;
    }
    link->server->metrics.quits++;
    log_event(LOG_LEVEL_INFO, "quit", "error", text, "node",
              link->node == 0 ? NULL : LOG_NUMBER(link->node), NULL);
    if (link->stage == LINK_NEW) {
        link_close(link, NULL);
        return;
    }
    link->end = LINK_QUITTING;
    link->quit = text;
    loop_after(link->server->loop, &link->timer, QUIT_US);
    touch(link);
}

/* --- writing ------------------------------------------------------------------------------- */

static void write_out(struct link *link)
{
    while (buffer_len(&link->out) > 0) {
        size_t sent = 0;
        enum tls_result result =
            tls_write(&link->tls, link->out.at + link->out.begin, buffer_len(&link->out), &sent);

        if (result == TLS_GONE) {
            link_close(link, "the client has gone");
        }
        if (result != TLS_DONE) {
            return;
        }
        buffer_take(&link->out, sent);
    }
}

static void add(struct link *link, struct buffer *buffer, const void *data, size_t len)
{
    if (link->end < LINK_LINGERING && !buffer_add(buffer, data, len)) {
        link_close(link, "no memory");
    }
}

/* Answers wait while a long message is under way, and while an Ack is being stored: who has the
 * answer to a request knows that all Acks sent before it are safe. */
static bool is_holding(const struct link *link)
{
    return link->delivery.left > 0 || link->delivery.state == DELIVERY_ACKING;
}

void link_send(struct link *link, char *frame, size_t len)
{
    if (frame == NULL) {
        link_close(link, "a frame could not be made");
        return;
    }
    add(link, is_holding(link) ? &link->held : &link->out, frame, len);
    free(frame);
    touch(link);
}

void link_answer(struct link *link, json_t *message)
{
    size_t len = 0;
    char *frame = message == NULL ? NULL : header_frame(message, HEADER_PLAIN, NULL, 0, &len);

    json_decref(message);
    link_send(link, frame, len);
}

void link_stream(struct link *link, const void *data, size_t len)
{
    add(link, &link->out, data, len);
    touch(link);
}

void link_let_go(struct link *link)
{
    if (is_holding(link)) {
        return;
    }
    add(link, &link->out, link->held.at == NULL ? NULL : link->held.at + link->held.begin,
        buffer_len(&link->held));
    buffer_free(&link->held);
    touch(link);
}

/* --- reading ------------------------------------------------------------------------------- */

static bool may_read(const struct link *link)
{
    return link->end == LINK_OPEN && link_backlog(link) < OUT_MAX && session_may_read(link) &&
           !guard_pauses(link);
}

/* Give the session what frames are whole, as long as it takes them. */
static void take_frames(struct link *link)
{
    while (may_read(link)) {
        struct frame_piece piece;

        switch (frame_reader_next(&link->reader, &piece)) {
        case FRAME_MORE:
            return;
        case FRAME_BAD_LENGTH:
            link_quit(link, "invalid header length");
            return;
        case FRAME_HEADER:
            guard_frame(link, piece.len);
            session_header(link, piece.at, piece.len);
            break;
        case FRAME_DATA:
            session_data(link, piece.at, piece.len, piece.last);
            break;
        }
    }
}

/* One read; false when there is no more for now, or the socket will say that there is. */
static bool read_in(struct link *link)
{
    size_t room;
    size_t got = 0;
    void *space = frame_reader_space(&link->reader, &room);
    enum tls_result result;

    if (space == NULL) {
        link_close(link, "no memory");
        return false;
    }
    result = tls_read(&link->tls, space, room, &got);
    if (result == TLS_GONE) {
        link_close(link, "the client has gone");
    }
    if (result != TLS_DONE) {
        return false;
    }
    frame_reader_added(&link->reader, got);
    link->heard_us = loop_now_us();
    take_frames(link);
    return link->end != LINK_CLOSED && (got == room || tls_holds_octets(&link->tls));
}

static void read_all(struct link *link)
{
    for (int i = 0; may_read(link) && read_in(link); i++) {
        if (i >= READS_A_TURN && !tls_holds_octets(&link->tls)) {
            break; /* the socket will say that there is more */
        }
    }
    frame_reader_rest(&link->reader); /* most links are silent for long */
}

void link_continue(struct link *link)
{
    if (link->end >= LINK_FLUSHING) {
        return;
    }
    session_continue(link);
    take_frames(link);
    read_all(link);
    touch(link);
}

/* --- events -------------------------------------------------------------------------------- */

/* Send what there is, end what is to end, and wait for what is needed next. */
static void see_to(struct link *link)
{
    uint32_t events;

    if (link->end == LINK_QUITTING && link->in_hand == 0 && !is_holding(link)) {
        say_quit(link); /* touches it again */
        return;
    }
    if (link->tls.shaken && link->end < LINK_LINGERING) {
        write_out(link);
    }
    if (link->end == LINK_CLOSED) {
        return;
    }
    if (link->end == LINK_FLUSHING && buffer_len(&link->out) == 0) {
        linger(link);
    }
    deliver_more(link);
    events = tls_events(&link->tls, may_read(link) || link->end == LINK_LINGERING,
                        buffer_len(&link->out) > 0);
    if (link->end != LINK_CLOSED && !loop_watch(link->server->loop, &link->watch, events)) {
        link_close(link, "epoll");
    }
}

static void link_ready(struct watch *watch, uint32_t events)
{
    struct link *link = CONTAINER(watch, struct link, watch);

    if (link->end == LINK_LINGERING) {
        drain(link);
        return;
    }
    if ((events & (uint32_t)EPOLLERR) != 0) {
        link_close(link, "the client has gone");
        return;
    }
    if (!link->tls.shaken && tls_shake(&link->tls) == TLS_GONE) {
        link_close(link, "no TLS");
        return;
    }
    if (link->tls.shaken) {
        read_all(link);
    }
    if (link->end != LINK_CLOSED) {
        if ((events & (uint32_t)EPOLLHUP) != 0 && !may_read(link)) {
            link_close(link, "the client has gone"); /* both sides are shut; nothing can be sent */
            return;
        }
        touch(link);
    }
}

static void link_timer(struct timer *timer)
{
    struct link *link = CONTAINER(timer, struct link, timer);
    int64_t pulse_us = link->server->config->pulse_us;
    int64_t silent_us = loop_now_us() - link->heard_us;

    if (link->end != LINK_OPEN) {
        link_close(link, NULL);
    } else if (link->stage != LINK_IN) {
        link_close(link, "no login in time");
    } else if (link->in_hand > 0 && link_backlog(link) < OUT_MAX) {
        loop_after(link->server->loop, timer, pulse_us); /* it waits for us */
    } else if (silent_us >= pulse_us) {
        link_close(link, "silent for too long");
    } else {
        loop_after(link->server->loop, timer, pulse_us - silent_us);
    }
}

void link_accept(struct server *server, int fd)
{
    struct link *link = calloc(1, sizeof *link);

    if (link != NULL) {
        link->server = server;
    }
    if (link == NULL || !guard_open(link, fd)) {
        free(link);
        close(fd);
        return;
    }
    if (!tls_open(&link->tls, server->tls, fd)) {
        guard_close(link);
        free(link);
        close(fd);
        return;
    }
    link->watch = (struct watch){.fd = fd, .ready = link_ready};
    link->timer.fire = link_timer;
    link->delivery.resend.fire = deliver_again;
    link->heard_us = loop_now_us();
    link->next = server->links;
    if (link->next != NULL) {
        link->next->prev = link;
    }
    server->links = link;
    server->link_count++;
    server->metrics.connections++;
    loop_after(server->loop, &link->timer, server->config->login_us);
    touch(link);
}
