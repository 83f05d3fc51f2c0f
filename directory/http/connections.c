/* A list for the deadlines and a hash of counters for the addresses, under one lock. Shutting a
 * socket down makes libmicrohttpd notice and close it; a descriptor cannot be another connection's
 * by then, because connection_close() runs, under the same lock, before it is closed. */
#include "directory/http/connections.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <talloc.h>

#include "directory/base/clock.h"

enum { BUCKETS = 4096 };

struct peer {
    struct peer *next;
    int64_t n;
    char text[CONNECTION_PEER];
};

struct connection {
    struct connection *next, **link;
    struct peer *peer;
    int fd;
    int64_t deadline_us;
};

struct connections {
    pthread_mutex_t lock;
    int64_t per_address;
    struct connection *first;
    struct peer *peers[BUCKETS];
};

static const int64_t first_head_us = 10 * SECOND_US;

struct connections *connections_make(void *mem, int64_t per_address)
{
    struct connections *all = talloc_zero(mem, struct connections);

    if (all == NULL)
        return NULL;
    pthread_mutex_init(&all->lock, NULL);
    all->per_address = per_address;
    return all;
}

static size_t bucket_of(const char *text)
{
    size_t hash = 14695981039346656037u;

    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash % BUCKETS;
}

/* With the lock held. @return the counter of an address, made when there is none; NULL without
 * memory */
static struct peer *find_peer(struct connections *all, const char *text)
{
    struct peer **head = &all->peers[bucket_of(text)], *p;

    for (p = *head; p != NULL; p = p->next)
        if (strcmp(p->text, text) == 0)
            return p;
    if ((p = calloc(1, sizeof *p)) == NULL)
        return NULL;
    snprintf(p->text, sizeof p->text, "%s", text);
    p->next = *head;
    *head = p;
    return p;
}

static void release_peer(struct connections *all, struct peer *gone)
{
    struct peer **p = &all->peers[bucket_of(gone->text)];

    if (--gone->n > 0)
        return;
    while (*p != gone)
        p = &(*p)->next;
    *p = gone->next;
    free(gone);
}

struct connection *connection_open(struct connections *all, const char *peer, int fd, bool counted)
{
    struct connection *c = calloc(1, sizeof *c);

    if (c == NULL)
        return NULL;
    pthread_mutex_lock(&all->lock);
    if ((c->peer = find_peer(all, peer)) == NULL) {
        pthread_mutex_unlock(&all->lock);
        free(c);
        return NULL;
    }
    c->fd = fd;
    c->deadline_us = monotonic_us() + first_head_us;
    c->next = all->first;
    c->link = &all->first;
    if (c->next != NULL)
        c->next->link = &c->next;
    all->first = c;
    if (++c->peer->n > all->per_address && counted)
        shutdown(fd, SHUT_RDWR);
    pthread_mutex_unlock(&all->lock);
    return c;
}

void connection_close(struct connections *all, struct connection *c)
{
    pthread_mutex_lock(&all->lock);
    *c->link = c->next;
    if (c->next != NULL)
        c->next->link = c->link;
    release_peer(all, c->peer);
    pthread_mutex_unlock(&all->lock);
    free(c);
}

const char *connection_peer(const struct connection *c)
{
    return c->peer->text;
}

void connection_deadline(struct connections *all, struct connection *c, int64_t at_us)
{
    pthread_mutex_lock(&all->lock);
    c->deadline_us = at_us;
    pthread_mutex_unlock(&all->lock);
}

void connections_reap(struct connections *all)
{
    int64_t now = monotonic_us();

    pthread_mutex_lock(&all->lock);
    for (struct connection *c = all->first; c != NULL; c = c->next) {
        if (c->deadline_us <= now) {
            shutdown(c->fd, SHUT_RDWR);
            c->deadline_us = INT64_MAX;
        }
    }
    pthread_mutex_unlock(&all->lock);
}
