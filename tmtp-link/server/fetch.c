/*
 * Running tmtpd-fetch: a pipe for what it prints, a timer for one that does not end.
 */
#include "tmtp-link/server/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tmtp-link/server/buffer.h"
#include "tmtp-link/server/loop.h"

enum {
    FIRST_LINE = 256, /* the status and why */
    GRACE_MS = 2000,  /* to start, and to end by itself */
};

extern char **environ;

struct fetch {
    struct loop *loop;
    struct fetch_order order;
    pid_t program;
    struct watch said; /* what it prints */
    struct timer late;
    struct buffer text;
};

/* --- the program --------------------------------------------------------------------------- */

/* It stands beside the program that runs now. */
static bool find_program(char path[PATH_MAX])
{
    static const char name[] = "tmtpd-fetch";
    ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - sizeof name);
    char *slash;

    if (len <= 0) {
        return false;
    }
    path[len] = '\0';
    slash = strrchr(path, '/');
    memcpy(slash == NULL ? path : slash + 1, name, sizeof name);
    return true;
}

/* Signals as a program expects them: ours come through a descriptor, and are blocked. */
static void plain_signals(posix_spawnattr_t *how)
{
    sigset_t none;
    sigset_t pipes;

    sigemptyset(&none);
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    posix_spawnattr_setsigmask(how, &none);
    posix_spawnattr_setsigdefault(how, &pipes);
    posix_spawnattr_setflags(how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

/* Start it; the end of the pipe to read from, or -1 with errno set. */
static int start(char **words, pid_t *program)
{
    char path[PATH_MAX];
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    int ends[2];
    int fault;

    if (!find_program(path) || pipe2(ends, O_CLOEXEC) != 0) {
        return -1;
    }
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    plain_signals(&how);
    words[0] = path;
    fault = posix_spawn(program, path, &files, &how, words, environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    close(ends[1]);
    if (fault != 0) {
        close(ends[0]);
        errno = fault;
        return -1;
    }
    return ends[0];
}

/* It has ended or ends at once. */
static bool ended_well(pid_t program)
{
    int status = 0;
    pid_t got;

    do {
        got = waitpid(program, &status, 0);
    } while (got < 0 && errno == EINTR);
    return got == program && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

/* --- one fetch ----------------------------------------------------------------------------- */

/* Close what it holds, and end the program. */
static void release(struct fetch *fetch)
{
    loop_cancel(fetch->loop, &fetch->late);
    loop_unwatch(fetch->loop, &fetch->said);
    close(fetch->said.fd);
    kill(fetch->program, SIGKILL); /* no harm to one that has ended, and is ours until waited for */
    (void)ended_well(fetch->program);
}

void fetch_cancel(struct fetch *fetch)
{
    if (fetch != NULL) {
        release(fetch);
        buffer_free(&fetch->text);
        free(fetch);
    }
}

/* What it printed, as a result; a text that is not of its form is no answer. */
static struct fetch_result read_result(struct buffer *text)
{
    struct fetch_result result = {.why = "tmtpd-fetch failed"};
    size_t len = buffer_len(text);
    char *line = len == 0 ? NULL : (char *)text->at + text->begin;
    char *end = line == NULL ? NULL : memchr(line, '\n', len);
    char *why;

    if (end == NULL) {
        return result;
    }
    *end = '\0';
    result.status = strtol(line, &why, 10);
    if (why[0] == ' ' && why[1] == '\0') {
        result.why = NULL;
        result.body = end + 1;
        result.len = len - (size_t)(end + 1 - line);
    } else if (why[0] == ' ') {
        result.why = why + 1;
    }
    return result;
}

/* It is over: tell what was printed, or the fault that ended it. */
static void end(struct fetch *fetch, const char *fault)
{
    struct fetch_order order = fetch->order;
    struct buffer text = fetch->text;
    struct fetch_result result = {.why = fault};

    release(fetch);
    free(fetch);
    if (fault == NULL) {
        result = read_result(&text);
    }
    order.done(order.user, &result);
    buffer_free(&text);
}

static void take_said(struct watch *watch, uint32_t events)
{
    struct fetch *fetch = CONTAINER(watch, struct fetch, said);
    char piece[16384];
    ssize_t n = read(watch->fd, piece, sizeof piece);

    (void)events;
    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            end(fetch, strerror(errno));
        }
    } else if (n == 0) {
        end(fetch, NULL);
    } else if (buffer_len(&fetch->text) + (size_t)n > fetch->order.most + FIRST_LINE) {
        end(fetch, "the answer is too long");
    } else if (!buffer_add(&fetch->text, piece, (size_t)n)) {
        end(fetch, "no memory");
    }
}

static void too_late(struct timer *timer)
{
    end(CONTAINER(timer, struct fetch, late), "tmtpd-fetch did not end in time");
}

struct fetch *fetch_begin(struct loop *loop, const struct fetch_order *order)
{
    struct fetch *fetch = calloc(1, sizeof *fetch);
    char most[24];
    char within[24];
    char *words[] = {
        NULL, (char[]){"get"}, (char *)order->url, most, within, (char *)order->ca_file, NULL};

    if (fetch == NULL) {
        return NULL;
    }
    snprintf(most, sizeof most, "%zu", order->most);
    snprintf(within, sizeof within, "%ld", order->within_ms);
    *fetch = (struct fetch){.loop = loop, .order = *order, .late.fire = too_late};
    fetch->said = (struct watch){.fd = start(words, &fetch->program), .ready = take_said};
    if (fetch->said.fd < 0) {
        free(fetch);
        return NULL;
    }
    fcntl(fetch->said.fd, F_SETFL, O_NONBLOCK);
    loop_after(loop, &fetch->late, (order->within_ms + GRACE_MS) * 1000);
    if (!loop_watch(loop, &fetch->said, EPOLLIN)) {
        fetch_cancel(fetch);
        return NULL;
    }
    return fetch;
}

/* --- the check ----------------------------------------------------------------------------- */

void fetch_check(const char *url, char *why, size_t len)
{
    char *words[] = {NULL, (char[]){"check"}, (char *)url, NULL};
    pid_t program;
    int fd = start(words, &program);
    size_t got = 0;
    ssize_t n;

    if (fd < 0) {
        snprintf(why, len, "cannot be fetched: tmtpd-fetch: %s", strerror(errno));
        return;
    }
    while ((n = read(fd, why + got, len - 1 - got)) > 0) {
        got += (size_t)n;
    }
    why[got] = '\0';
    close(fd);
    if (!ended_well(program)) {
        snprintf(why, len, "cannot be fetched: tmtpd-fetch failed");
    }
}
