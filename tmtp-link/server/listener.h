/*
 * Where clients connect: a listening socket that hands its links over.
 */
#ifndef TMTPD_LISTENER_H
#define TMTPD_LISTENER_H

#include <stdbool.h>

struct listener;
struct server;

/**
 * Listen at server->config->listen.
 *
 * @return the listener, to be freed by listener_free; NULL when that is not possible, which is
 * logged
 */
struct listener *listener_new(struct server *server) __attribute__((warn_unused_result));

/** The port it has, which is not the configured one when that is 0. */
int listener_port(const struct listener *listener);

/** Stop listening and free; NULL will do. */
void listener_free(struct listener *listener);

/**
 * Make a listening socket, without blocking.
 *
 * @param address `ADDRESS:PORT`, `[ADDRESS]:PORT` or `unix:PATH` (mode 0660)
 * @return descriptor, or -1 with the reason in the log
 */
int listener_socket(const char *address);

/** Whether listener_socket would understand an address; nothing is opened. */
bool listener_understands(const char *address);

/** Whether an address is of the machine itself: a Unix socket, 127.0.0.0/8 or ::1. */
bool listener_is_local(const char *address);

#endif
