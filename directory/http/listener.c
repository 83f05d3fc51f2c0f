/* Opening the socket ourselves, rather than letting libmicrohttpd do it, gives Unix sockets and one
 * clear sentence when the address is taken. */
#include "directory/http/listener.h"

#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

static enum agora_status fail(struct error *e, const char *where)
{
    return error_set(e, AGORA_UNAVAILABLE, NULL, "Cannot listen on %s: %s.", where,
                     strerror(errno));
}

static enum agora_status bind_and_listen(int fd, const struct sockaddr *address, socklen_t len,
                                         const char *where, struct error *e)
{
    if (fd < 0)
        return fail(e, where);
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) == 0 &&
        bind(fd, address, len) == 0 && listen(fd, BACKLOG) == 0)
        return AGORA_OK;
    enum agora_status s = fail(e, where);
    close(fd);
    return s;
}

/* Whoever may open the socket's folder may connect; the umask decides about the socket itself. */
static enum agora_status open_unix(const char *path, int *fd, struct error *e)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat st;

    if (strlen(path) >= sizeof address.sun_path)
        return error_set(e, AGORA_INVALID_FIELD, NULL, "%s: the path is too long.", path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) &&
        connect(s, (struct sockaddr *)&address, sizeof address) != 0 && errno == ECONNREFUSED)
        unlink(path); /* left behind by a process that was killed */
    enum agora_status status =
        bind_and_listen(s, (struct sockaddr *)&address, sizeof address, path, e);
    if (status == AGORA_OK)
        *fd = s;
    return status;
}

static enum agora_status open_tcp(const char *where, int *fd, struct error *e)
{
    const char *colon = strrchr(where, ':');
    char host[256];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found = NULL;

    if (colon == NULL || colon == where || colon[1] == '\0' ||
        (size_t)(colon - where) >= sizeof host)
        return error_set(e, AGORA_INVALID_FIELD, NULL, "%s is not HOST:PORT.", where);
    bool bracketed = where[0] == '[' && colon[-1] == ']';
    snprintf(host, sizeof host, "%.*s", (int)(colon - where) - (bracketed ? 2 : 0),
             where + (bracketed ? 1 : 0));
    int r = getaddrinfo(host, colon + 1, &hints, &found);
    if (r != 0)
        return error_set(e, AGORA_INVALID_FIELD, NULL, "%s: %s.", where, gai_strerror(r));
    int s = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    enum agora_status status = bind_and_listen(s, found->ai_addr, found->ai_addrlen, where, e);
    freeaddrinfo(found);
    if (status == AGORA_OK)
        *fd = s;
    return status;
}

enum agora_status listener_open(const char *where, int *fd, struct error *e)
{
    return strchr(where, '/') != NULL ? open_unix(where, fd, e) : open_tcp(where, fd, e);
}
