/* Open connections: how many there are from one address, and which of them take too long.
 * libmicrohttpd's own time-out is inactivity only, which a client that drips octets never reaches.
 */
#ifndef AGORA_HTTP_CONNECTIONS_H
#define AGORA_HTTP_CONNECTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct connection;
struct connections;

#define CONNECTION_PEER 64 /* room for an address as text */

/**
 * Make an empty list.
 *
 * @param mem         talloc parent
 * @param per_address connections that one address may have open
 */
struct connections *connections_make(void *mem, int64_t per_address);

/**
 * A connection was accepted.
 *
 * @param peer    address as text, "unix" on a Unix socket
 * @param fd      its socket
 * @param counted whether the limit holds for this peer (not for a trusted proxy)
 * @return connection; NULL without memory. One over the limit is shut down at once.
 */
struct connection *connection_open(struct connections *all, const char *peer, int fd, bool counted);

/** It was closed; called before its descriptor is. */
void connection_close(struct connections *all, struct connection *c);

/** Address of the other side, as text. */
const char *connection_peer(const struct connection *c);

/**
 * Set the moment at which the connection is shut down if nothing sets it anew.
 *
 * @param at_us monotonic; INT64_MAX for never
 */
void connection_deadline(struct connections *all, struct connection *c, int64_t at_us);

/** Shut down every connection whose moment has come. */
void connections_reap(struct connections *all);

#endif
