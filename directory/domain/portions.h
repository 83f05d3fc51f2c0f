/* A long piece of work in portions, several at once: each thread has its own connection, each
 * portion its own transaction, so that nothing grows with the whole. */
#ifndef AGORA_DOMAIN_PORTIONS_H
#define AGORA_DOMAIN_PORTIONS_H

#include <stdint.h>

#include "directory/base/work.h"

enum { PORTIONS_THREADS_MOST = 16 };

struct portions {
    uint64_t total;   /* items, numbered from 0 */
    uint64_t size;    /* items of a portion at most, at least 1 */
    unsigned threads; /* at once, at most PORTIONS_THREADS_MOST */
    void *cls;        /* for the two below */
    /* Carry out items from `from` up to but without `to`; w is fresh for each portion. */
    enum agora_status (*run)(struct work *w, void *cls, uint64_t from, uint64_t to);
    /* How far it is, about once a second and at the end; NULL when nobody wants to know. */
    void (*tell)(void *cls, uint64_t done, uint64_t total);
};

/**
 * Work everything off.
 *
 * @param w work; its configuration says where the database is, its own connection is not used
 * @param p what to do; run is called by several threads at once
 * @return AGORA_OK; else what the first portion that failed gave, its error in w->error. Those that
 *         were begun are ended, no more are begun.
 */
enum agora_status portions_run(struct work *w, const struct portions *p) AGORA_CHECKED;

/** How many threads this machine has processors for. */
unsigned portions_threads(void);

#endif
