/*
 * What one address, user or link may do before it is held back: the limits of tmtpd.conf(5). None
 * is met by an honest member; each is told in the protocol's own way and noted in the log.
 *
 * Nobody can use a limit against another: what counts against a user is done by that user, and an
 * address from which logins fail is made to wait, never shut out. An address is an IPv4 address or
 * an IPv6 network of 64 bits. Loopback, which is the machine itself, has no limits by address
 * unless the configuration wants them.
 */
#ifndef TMTPD_GUARD_H
#define TMTPD_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/server/loop.h"

struct link;
struct server;

/** What is known of a link; part of it. */
struct guard {
    uint64_t address;  /**< whose link it is; 0 for one without limits */
    int64_t account;   /**< whose it is, once logged in; 0 before */
    int64_t paid_us;   /**< the frames read so far are paid for until then */
    int64_t logged_us; /**< when the log last spoke of it */
    struct timer pause;
    bool waited; /**< its login has been made to wait already */
};

/** Make the tables; false when there is no memory. */
bool guard_begin(struct server *server) __attribute__((warn_unused_result));

/** Free them. */
void guard_end(struct server *server);

/**
 * A socket was accepted for a link.
 *
 * @return false when its address has too many: it is to be closed
 */
bool guard_open(struct link *link, int fd) __attribute__((warn_unused_result));

/** A link that guard_open let in is closed. */
void guard_close(struct link *link);

/** A frame has come with a header of that many octets: perhaps no more is to be read for a while.
 */
void guard_frame(struct link *link, size_t header_len);

/** Whether nothing is to be read for now. */
bool guard_pauses(const struct link *link);

/**
 * Whether the request in hand may be carried out now. If not, it was answered, or it waits
 * (link->header_waits).
 */
bool guard_allows(struct link *link) __attribute__((warn_unused_result));

/** The link's user is @a account; false when that user has too many links. */
bool guard_enter(struct link *link, int64_t account) __attribute__((warn_unused_result));

/** It is no longer. May be called twice. */
void guard_leave(struct link *link);

/** A login or the token of a registration was refused. */
void guard_login_failed(struct link *link);

/** Somebody has registered. */
void guard_registered(struct link *link);

/** A ping or an invitation did not reach anybody the sender may write to. */
void guard_ping_failed(struct link *link);

#endif
