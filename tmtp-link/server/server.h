/*
 * What a running tmtpd consists of. One of it is made in serve.c; every module gets it by pointer.
 */
#ifndef TMTPD_SERVER_H
#define TMTPD_SERVER_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/server/metrics.h"

struct admin;
struct config;
struct limits;
struct link;
struct lapse;
struct listener;
struct loop;
struct presence;
struct providers;
struct queued;
struct ring;
struct routes;
struct store;

struct server {
    const struct config *config;
    struct loop *loop;
    struct store *store;
    struct store *acks;   /**< of its own, so that a queue goes on while posts are being stored */
    struct store *reader; /**< of its own too: what the admin interface reads */
    SSL_CTX *tls;
    struct listener *listener;
    struct providers *providers;
    struct routes *routes;
    struct ring *ring;
    struct presence *presence;
    struct admin *admin;              /**< NULL when there is none */
    struct limits *addresses, *users; /**< what they have done; see guard.h */
    struct lapse *lapse;
    struct queued *queued;
    struct metrics metrics;

    struct link *links; /**< all, newest first */
    size_t link_count;
    struct link *touched; /**< to be seen to at the end of this turn */
    struct link *graves;  /**< closed in this turn, freed at its end */
    void *online;         /**< tree of those logged in, by number of their node (tsearch) */
    size_t online_count;

    int64_t started_us; /**< monotonic */
    bool refusing;      /**< the database has been of no use for too long: no links until it is */
    bool stopping;      /**< no new requests; leaves when all are answered */
};

#endif
