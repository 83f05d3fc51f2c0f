/* INSTREAM: "zINSTREAM\0", then pieces of a length (four octets, big-endian) and as many octets, a
 * piece of length 0, and the answer, ended by a NUL: "stream: OK", "stream: NAME FOUND", or an
 * ERROR. */
#include "directory/domain/clamd.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "directory/base/clock.h"
#include "directory/base/parcel.h"

enum { PIECE = 65536, ANSWER = 512, DETAIL = 128 };

/* Wait until the socket can be read or written. @return false when the time is over */
static bool ready(int s, short events, int64_t deadline_us)
{
    for (;;) {
        int64_t left = deadline_us - monotonic_us();
        struct pollfd p = {.fd = s, .events = events};
        if (left <= 0)
            return false;
        int n = poll(&p, 1, (int)(left / 1000) + 1);
        if (n > 0)
            return true;
        if (n < 0 && errno != EINTR)
            return false;
    }
}

static bool send_all(int s, const void *data, size_t len, int64_t deadline_us)
{
    const char *at = data;

    while (len > 0) {
        if (!ready(s, POLLOUT, deadline_us))
            return false;
        ssize_t n = send(s, at, len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return false;
        if (n > 0) {
            at += n;
            len -= (size_t)n;
        }
    }
    return true;
}

static bool send_file(int s, int fd, int64_t deadline_us)
{
    unsigned char piece[4 + PIECE];
    off_t at = 0;
    ssize_t n;

    if (!send_all(s, "zINSTREAM", sizeof "zINSTREAM", deadline_us))
        return false;
    while ((n = pread(fd, piece + 4, PIECE, at)) > 0) {
        parcel_put_number(piece, (uint32_t)n);
        if (!send_all(s, piece, 4 + (size_t)n, deadline_us))
            return false;
        at += n;
    }
    parcel_put_number(piece, 0);
    return n == 0 && send_all(s, piece, 4, deadline_us);
}

/* @return false when there was no whole answer in time */
static bool receive(int s, char answer[ANSWER], int64_t deadline_us)
{
    size_t got = 0;

    while (got < ANSWER - 1 && ready(s, POLLIN, deadline_us)) {
        ssize_t n = recv(s, answer + got, ANSWER - 1 - got, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (n <= 0)
            break;
        got += (size_t)n;
        if (answer[got - 1] == '\0')
            return true;
    }
    return false;
}

static enum clamd_answer read_answer(const char *answer, char detail[DETAIL])
{
    static const char begins[] = "stream: ", found[] = " FOUND";
    size_t n = strlen(answer), head = sizeof begins - 1, tail = sizeof found - 1;

    if (strcmp(answer, "stream: OK") == 0)
        return CLAMD_CLEAN;
    if (n > head + tail && strncmp(answer, begins, head) == 0 &&
        strcmp(answer + n - tail, found) == 0) {
        snprintf(detail, DETAIL, "%.*s", (int)(n - head - tail), answer + head);
        return CLAMD_FOUND;
    }
    snprintf(detail, DETAIL, "%.100s", answer);
    return CLAMD_AWAY;
}

enum clamd_answer clamd_scan(const char *path, int fd, char detail[DETAIL])
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    char answer[ANSWER] = "";
    int64_t deadline_us = monotonic_us() + CLAMD_SECONDS * SECOND_US;
    enum clamd_answer end = CLAMD_AWAY;

    snprintf(detail, DETAIL, "the path of its socket is too long");
    if (strlen(path) >= sizeof to.sun_path)
        return CLAMD_AWAY;
    memcpy(to.sun_path, path, strlen(path) + 1);
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s < 0 || connect(s, (struct sockaddr *)&to, sizeof to) != 0) {
        snprintf(detail, DETAIL, "%s", strerror(errno));
    } else {
        /* A file that is too long for clamd is answered before all of it was sent. */
        bool sent = send_file(s, fd, deadline_us);
        if (receive(s, answer, deadline_us))
            end = read_answer(answer, detail);
        else
            snprintf(detail, DETAIL, "%s", sent ? "no answer in time" : "it did not take the file");
    }
    if (s >= 0)
        close(s);
    return end;
}
