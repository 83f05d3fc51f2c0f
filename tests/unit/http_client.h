/*
 * A client for tests of the server: sends octets over a Unix socket, reads what comes back.
 */
#ifndef AGORA_TESTS_UNIT_HTTP_CLIENT_H
#define AGORA_TESTS_UNIT_HTTP_CLIENT_H

#include "tests/unit/check.h"

#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct answer {
    int status;
    size_t len;
    const char *body;
    char text[128 * 1024];
};

static inline int open_client(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static inline void send_text(int fd, const char *text)
{
    size_t len = strlen(text);

    assert_int_equal(send(fd, text, len, MSG_NOSIGNAL), (ssize_t)len);
}

/* Read until the server closes, or until @a marker was read when it is not NULL. */
static inline void read_answer(int fd, struct answer *a, const char *marker)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    a->len = 0;
    a->text[0] = '\0';
    while (a->len < sizeof a->text - 1 && poll(&p, 1, 10000) > 0) {
        ssize_t n = recv(fd, a->text + a->len, sizeof a->text - 1 - a->len, 0);
        if (n <= 0)
            break;
        a->len += (size_t)n;
        a->text[a->len] = '\0';
        if (marker != NULL && strstr(a->text, marker) != NULL)
            break;
    }
    a->status = strncmp(a->text, "HTTP/1.1 ", 9) == 0 ? (int)strtol(a->text + 9, NULL, 10) : 0;
    a->body = strstr(a->text, "\r\n\r\n");
    a->body = a->body != NULL ? a->body + 4 : "";
}

/* Whether the head has "Name: value" at the beginning of a line. */
static inline int has_header(const struct answer *a, const char *line)
{
    const char *at = strstr(a->text, line);

    return at != NULL && at < a->body && at[-1] == '\n';
}

#endif
