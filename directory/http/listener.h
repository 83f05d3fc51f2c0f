/* The listening socket. */
#ifndef AGORA_HTTP_LISTENER_H
#define AGORA_HTTP_LISTENER_H

#include "directory/base/error.h"

/**
 * Open a listening socket.
 *
 * @param where       HOST:PORT, [IPv6]:PORT, or a path (with a slash) of a Unix socket
 * @param[out] fd     socket
 * @param e           filled on failure
 * @return AGORA_OK; AGORA_INVALID_FIELD for a bad address; AGORA_UNAVAILABLE when it is taken
 */
enum agora_status listener_open(const char *where, int *fd, struct error *e) AGORA_CHECKED;

#endif
