/* Starting, hearing out and ending a program. posix_spawn, since the callers are threads: between a
 * fork() and an exec() of our own nearly everything would be forbidden. */
#include "directory/domain/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/clock.h"
#include "directory/base/config.h"

enum { STEP = 65536, PATH_OCTETS = 4096 };

struct running {
    struct work *w;
    const struct helper *h;
    struct helper_end *end;
    pid_t pid;
    int out, said; /* read ends of its standard output and error; -1 when at their end */
    int ended;     /* pidfd: readable when it has ended */
    int64_t deadline_us;
    size_t said_len, room;
};

/* Beside this program, as built; or where `make install` puts it. */
static char *find(struct work *w, const char *name)
{
    char self[PATH_OCTETS];
    const char *folder = w->config->agora_libexec_dir;

    if (folder[0] != '\0')
        return talloc_asprintf(w->mem, "%s/%s", folder, name);
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0)
        return NULL;
    self[n] = '\0';
    char *slash = strrchr(self, '/');
    if (slash != NULL)
        *slash = '\0';
    char *beside = talloc_asprintf(w->mem, "%s/%s", self, name);
    if (beside != NULL && access(beside, X_OK) == 0)
        return beside;
    return talloc_asprintf(w->mem, "%s/../libexec/agora/%s", self, name);
}

static int spawn(const char *path, const struct helper *h, int out, int said, pid_t *pid)
{
    char *const arguments[] = {(char *)(uintptr_t)h->program, (char *)(uintptr_t)h->argument, NULL};
    char language[] = "LC_ALL=C.UTF-8";
    char *const environment[] = {language, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, usual;

    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    posix_spawn_file_actions_adddup2(&files, h->in_fd, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, said, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    posix_spawn_file_actions_addchdir_np(&files, "/");
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setsigdefault(&how, &usual);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                       POSIX_SPAWN_SETSIGDEF);
    int rc = posix_spawn(pid, path, &files, &how, arguments, environment);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    return rc;
}

static enum agora_status start(struct running *r)
{
    int out[2] = {-1, -1}, said[2] = {-1, -1};
    int rc = ENOMEM;
    char *path = find(r->w, r->h->program);

    if (path != NULL && pipe2(out, O_CLOEXEC) == 0 && pipe2(said, O_CLOEXEC) == 0)
        rc = spawn(path, r->h, out[1], said[1], &r->pid);
    else if (path != NULL)
        rc = errno;
    close(out[1]);
    close(said[1]);
    r->out = out[0];
    r->said = said[0];
    if (rc == 0)
        r->ended = (int)syscall(SYS_pidfd_open, r->pid, 0);
    if (rc == 0)
        return AGORA_OK;
    close(r->out);
    close(r->said);
    return error_detail(&r->w->error, AGORA_UNAVAILABLE, "%s: %s",
                        path != NULL ? path : r->h->program, strerror(rc));
}

static void at_end(int *fd)
{
    close(*fd);
    *fd = -1;
}

/* @return false when no more is wanted */
static bool take_out(struct running *r)
{
    struct helper_end *end = r->end;

    if (r->room - end->out_len < STEP) {
        size_t room = r->room == 0 ? (size_t)2 * STEP : r->room * 2;
        unsigned char *more = talloc_realloc_size(r->w->mem, end->out, room);
        if (more == NULL)
            return false;
        end->out = more;
        r->room = room;
    }
    ssize_t n = read(r->out, end->out + end->out_len, STEP);
    if (n > 0)
        end->out_len += (size_t)n;
    else if (n == 0 || errno != EINTR)
        at_end(&r->out);
    end->too_long = end->out_len > r->h->out_max;
    return !end->too_long;
}

/* Its words go to our log: a few, and nothing that could break a line or a terminal. */
static void take_said(struct running *r)
{
    char text[1024];
    ssize_t n = read(r->said, text, sizeof text);

    if (n == 0 || (n < 0 && errno != EINTR))
        at_end(&r->said);
    for (ssize_t i = 0; i < n && r->said_len < sizeof r->end->said - 1; i++)
        r->end->said[r->said_len++] = text[i] >= ' ' && text[i] <= '~' ? text[i] : ' ';
}

/* Until it has closed its ends and ended, said too much, or is late. */
static void hear(struct running *r)
{
    bool over = false;

    while (!over && (r->out >= 0 || r->said >= 0 || r->ended >= 0)) {
        int64_t left = r->deadline_us - monotonic_us();
        bool closed = r->out < 0 && r->said < 0;
        struct pollfd p[] = {{.fd = r->out, .events = POLLIN},
                             {.fd = r->said, .events = POLLIN},
                             {.fd = closed ? r->ended : -1, .events = POLLIN}};
        int n = left > 0 ? poll(p, 3, (int)(left / 1000) + 1) : 0;
        if (n == 0) {
            r->end->late = true;
            return;
        }
        if (n > 0 && p[0].revents != 0)
            over = !take_out(r);
        if (n > 0 && p[1].revents != 0)
            take_said(r);
        over = over || (closed && (r->ended < 0 || (n > 0 && p[2].revents != 0)));
    }
}

static void finish(struct running *r)
{
    kill(-r->pid, SIGKILL); /* also what it may have left behind */
    while (waitpid(r->pid, &r->end->status, 0) < 0 && errno == EINTR) {
    }
    if (r->out >= 0)
        close(r->out);
    if (r->said >= 0)
        close(r->said);
    if (r->ended >= 0)
        close(r->ended);
}

enum agora_status helper_run(struct work *w, const struct helper *h, struct helper_end *end)
{
    struct helper_end got = {0};
    struct running r = {.w = w, .h = h, .end = &got, .ended = -1};

    r.deadline_us = monotonic_us() + h->seconds * SECOND_US;
    enum agora_status s = start(&r);
    if (s != AGORA_OK)
        return s;
    hear(&r);
    finish(&r);
    *end = got;
    return AGORA_OK;
}

int helper_text(const char *text, size_t len)
{
    int fd = memfd_create("request", MFD_CLOEXEC);

    if (fd >= 0 && (write(fd, text, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET) != 0)) {
        close(fd);
        return -1;
    }
    return fd;
}
