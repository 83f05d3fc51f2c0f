/*
 * Listening. When descriptors run out, accepting pauses for a moment instead of spinning on a
 * socket that stays ready.
 */
#include "tmtp-link/server/listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/server.h"

#define PAUSE_US INT64_C(100000)

enum { BACKLOG = 1024, ACCEPTS_A_TURN = 64 };

struct listener {
    struct server *server;
    struct watch watch;
    struct timer timer; /* ends a pause */
};

static const char unix_prefix[] = "unix:";

static int fail(const char *address, const char *why, int fd)
{
    log_event(LOG_LEVEL_ERROR, "cannot_listen", "address", address, "why", why, NULL);
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

/* Whether a server answers at a Unix socket: a file alone may be of one that was killed. */
static bool is_served(const struct sockaddr_un *name)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool served = connect(fd, (const struct sockaddr *)name, sizeof *name) == 0;

    close(fd);
    return served;
}

static int unix_socket(const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    mode_t mask;
    int bound;

    if (strlen(path) >= sizeof name.sun_path) {
        return fail(path, "the path is too long for a socket", fd);
    }
    memcpy(name.sun_path, path, strlen(path));
    if (is_served(&name)) {
        return fail(path, "another server is there", fd);
    }
    unlink(path);
    mask = umask(0117);
    bound = bind(fd, (struct sockaddr *)&name, sizeof name);
    umask(mask);
    if (bound != 0 || listen(fd, BACKLOG) != 0) {
        return fail(path, strerror(errno), fd);
    }
    return fd;
}

/* Whether a text is a port; getaddrinfo takes numbers that are none. */
static bool is_port(const char *text)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    return *text >= '0' && *text <= '9' && *end == '\0' && n <= UINT16_MAX;
}

/* Resolve `ADDRESS:PORT`, with the address in brackets when it holds colons. */
static struct addrinfo *resolve(const char *address)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char *copy = strdup(address);
    char *colon = copy == NULL ? NULL : strrchr(copy, ':');
    char *host = copy;

    if (colon != NULL && is_port(colon + 1)) {
        *colon = '\0';
        if (*host == '[' && colon > host && colon[-1] == ']') {
            host++;
            colon[-1] = '\0';
        }
        if (getaddrinfo(*host == '\0' ? NULL : host, colon + 1, &hints, &found) != 0) {
            found = NULL;
        }
    }
    free(copy);
    return found;
}

int listener_socket(const char *address)
{
    struct addrinfo *name;
    const int on = 1;
    int fd;
    bool listening;

    if (strncmp(address, unix_prefix, sizeof unix_prefix - 1) == 0) {
        return unix_socket(address + sizeof unix_prefix - 1);
    }
    name = resolve(address);
    if (name == NULL) {
        return fail(address, "not ADDRESS:PORT", -1);
    }
    fd = socket(name->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    listening = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                bind(fd, name->ai_addr, name->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
    freeaddrinfo(name);
    return listening ? fd : fail(address, strerror(errno), fd);
}

bool listener_understands(const char *address)
{
    struct addrinfo *name;

    if (strncmp(address, unix_prefix, sizeof unix_prefix - 1) == 0) {
        size_t len = strlen(address) - (sizeof unix_prefix - 1);

        return len > 0 && len < sizeof((struct sockaddr_un *)NULL)->sun_path;
    }
    name = resolve(address);
    if (name != NULL) {
        freeaddrinfo(name);
    }
    return name != NULL;
}

bool listener_is_local(const char *address)
{
    struct addrinfo *name;
    bool local = false;

    if (strncmp(address, unix_prefix, sizeof unix_prefix - 1) == 0) {
        return true;
    }
    name = resolve(address);
    if (name != NULL && name->ai_family == AF_INET) {
        struct sockaddr_in in;

        memcpy(&in, name->ai_addr, sizeof in);
        local = ntohl(in.sin_addr.s_addr) >> 24 == 127;
    } else if (name != NULL && name->ai_family == AF_INET6) {
        struct sockaddr_in6 in6;

        memcpy(&in6, name->ai_addr, sizeof in6);
        local = IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr) != 0;
    }
    if (name != NULL) {
        freeaddrinfo(name);
    }
    return local;
}

static void pause_accepting(struct listener *listener)
{
    loop_watch(listener->server->loop, &listener->watch, 0);
    loop_after(listener->server->loop, &listener->timer, PAUSE_US);
}

static void listener_timer(struct timer *timer)
{
    struct listener *listener = CONTAINER(timer, struct listener, timer);

    loop_watch(listener->server->loop, &listener->watch, EPOLLIN);
}

static void listener_ready(struct watch *watch, uint32_t events)
{
    struct listener *listener = CONTAINER(watch, struct listener, watch);
    struct server *server = listener->server;
    const int on = 1;

    (void)events;
    for (int i = 0; i < ACCEPTS_A_TURN; i++) {
        int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0) {
            if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
                log_event(LOG_LEVEL_WARNING, "accepting_paused", "why", strerror(errno), NULL);
                pause_accepting(listener);
            }
            return;
        }
        if (server->refusing || (int64_t)server->link_count >= server->config->max_links) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        link_accept(server, fd);
    }
}

struct listener *listener_new(struct server *server)
{
    struct listener *listener = calloc(1, sizeof *listener);
    int fd = listener == NULL ? -1 : listener_socket(server->config->listen);

    if (fd < 0) {
        free(listener);
        return NULL;
    }
    listener->server = server;
    listener->watch = (struct watch){.fd = fd, .ready = listener_ready};
    listener->timer.fire = listener_timer;
    if (!loop_watch(server->loop, &listener->watch, EPOLLIN)) {
        close(fd);
        free(listener);
        return NULL;
    }
    return listener;
}

int listener_port(const struct listener *listener)
{
    struct sockaddr_storage name = {0};
    socklen_t len = sizeof name;
    struct sockaddr_in in;

    getsockname(listener->watch.fd, (struct sockaddr *)&name, &len);
    memcpy(&in, &name, sizeof in); /* the port is at the same place in sockaddr_in6 */
    return ntohs(in.sin_port);
}

void listener_free(struct listener *listener)
{
    if (listener != NULL) {
        loop_unwatch(listener->server->loop, &listener->watch);
        loop_cancel(listener->server->loop, &listener->timer);
        close(listener->watch.fd);
        free(listener);
    }
}
