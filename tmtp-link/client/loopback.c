/*
 * One request at a time. A browser may open a connection in advance and say nothing, so each has
 * but two seconds.
 */
#include "tmtp-link/client/loopback.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tmtp-link/base/form.h"
#include "tmtp-link/client/deadline.h"

enum { REQUEST_MAX = 16384, REQUEST_MS = 2000 };

struct loopback {
    struct pollfd listeners[2]; /* IPv4, IPv6; fd -1 where there is none */
};

static int listen_on(const struct sockaddr *address, socklen_t size)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (address->sa_family == AF_INET6) {
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int));
    }
    if (bind(fd, address, size) != 0 || listen(fd, 8) != 0) {
        int failure = errno;

        close(fd);
        errno = failure;
        return -1;
    }
    return fd;
}

enum tmtp_result loopback_open(uint16_t port, struct loopback **loopback, struct tmtp_error *error)
{
    struct sockaddr_in v4 = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 v6 = {
        .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct loopback *made = calloc(1, sizeof *made);

    if (made == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    made->listeners[1] = (struct pollfd){.fd = -1};
    made->listeners[0] =
        (struct pollfd){.fd = listen_on((const struct sockaddr *)&v4, sizeof v4), .events = POLLIN};
    if (made->listeners[0].fd < 0) {
        free(made);
        return tmtp_fail(error, TMTP_LOCAL, "can't listen on localhost port %u: %s", (unsigned)port,
                         strerror(errno));
    }
    /* `localhost` may be ::1 to the browser; a machine without IPv6 does without. */
    made->listeners[1] =
        (struct pollfd){.fd = listen_on((const struct sockaddr *)&v6, sizeof v6), .events = POLLIN};
    *loopback = made;
    return TMTP_OK;
}

void loopback_close(struct loopback *loopback)
{
    if (loopback == NULL) {
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        if (loopback->listeners[i].fd >= 0) {
            close(loopback->listeners[i].fd);
        }
    }
    free(loopback);
}

/* Read the head of a request; false when it does not come whole in time. */
static bool read_head(int fd, char *head, size_t size)
{
    int64_t deadline_ms = deadline_in(REQUEST_MS);
    size_t len = 0;

    head[0] = '\0';
    while (strstr(head, "\r\n\r\n") == NULL) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        ssize_t n;

        if (len + 1 >= size || poll(&ready, 1, deadline_left(deadline_ms)) <= 0) {
            return false;
        }
        n = recv(fd, head + len, size - len - 1, 0);
        if (n <= 0) {
            return false;
        }
        len += (size_t)n;
        head[len] = '\0';
    }
    return true;
}

static void answer(int fd, const char *status, const char *sentence)
{
    char *text = NULL;
    int len =
        asprintf(&text,
                 "HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\n"
                 "Content-Security-Policy: default-src 'none'\r\nReferrer-Policy: no-referrer\r\n"
                 "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
                 "<!doctype html><html lang=\"en\"><title>TMTP</title><h1>%s</h1>\n",
                 status, sentence);

    if (len > 0 && send(fd, text, (size_t)len, MSG_NOSIGNAL) != len) {
        /* The browser has gone; what it brought counts all the same. */
        shutdown(fd, SHUT_RDWR);
    }
    if (len > 0) {
        free(text);
    }
}

/* The query of a GET for this path, in place; NULL for any other request. */
static char *query_of(char *head, const char *path)
{
    size_t len = strlen(path);
    char *at = head + 4;

    if (strncmp(head, "GET ", 4) != 0 || strncmp(at, path, len) != 0) {
        return NULL;
    }
    at += len;
    at += *at == '/';
    if (*at != '?') {
        return NULL;
    }
    at++;
    at[strcspn(at, " #\r\n")] = '\0';
    return at;
}

/* Take the answer out of a query. TMTP_NONE when it is not ours. */
static enum tmtp_result take(const char *query, const char *state, char **code,
                             struct tmtp_error *error)
{
    char *came = form_value(query, "state");
    bool ours = came != NULL && strcmp(came, state) == 0;
    char *reason = form_value(query, "error");
    char *more = form_value(query, "error_description");
    enum tmtp_result result = TMTP_NONE;

    if (ours && reason != NULL) {
        result = tmtp_fail(error, TMTP_REFUSED, "the sign-in was refused: %s",
                           more == NULL ? reason : more);
    } else if (ours && (*code = form_value(query, "code")) != NULL) {
        result = TMTP_OK;
    }
    free(came);
    free(reason);
    free(more);
    return result;
}

static enum tmtp_result serve(int fd, const char *path, const char *state, char **code,
                              struct tmtp_error *error)
{
    char head[REQUEST_MAX];
    char *query;
    enum tmtp_result result = TMTP_NONE;

    if (!read_head(fd, head, sizeof head)) {
        return TMTP_NONE;
    }
    query = query_of(head, path);
    if (query == NULL) {
        answer(fd, "404 Not Found", "There is nothing here");
        return TMTP_NONE;
    }
    result = take(query, state, code, error);
    if (result == TMTP_OK) {
        answer(fd, "200 OK", "You are signed in. You can close this window");
    } else if (result == TMTP_REFUSED) {
        answer(fd, "200 OK", "The sign-in was refused. You can close this window");
    } else {
        answer(fd, "400 Bad Request", "This answer belongs to another sign-in");
    }
    return result;
}

enum tmtp_result loopback_wait(struct loopback *loopback, const char *path, const char *state,
                               int64_t deadline_ms, char **code, struct tmtp_error *error)
{
    enum tmtp_result result = TMTP_NONE;

    while (result == TMTP_NONE) {
        int n = poll(loopback->listeners, 2, deadline_left(deadline_ms));

        if (n == 0) {
            return tmtp_fail(error, TMTP_NONE, "nobody signed in in time");
        }
        for (size_t i = 0; i < 2 && n > 0 && result == TMTP_NONE; i++) {
            int fd = loopback->listeners[i].revents == 0
                         ? -1
                         : accept4(loopback->listeners[i].fd, NULL, NULL, SOCK_CLOEXEC);

            if (fd >= 0) {
                result = serve(fd, path, state, code, error);
                close(fd);
            }
        }
    }
    return result;
}
