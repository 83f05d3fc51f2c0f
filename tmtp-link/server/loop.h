/*
 * The event loop: descriptors by epoll and timers by a heap, all in one thread.
 *
 * A watch or timer is part of what it belongs to (a link, the store); its function finds that again
 * by CONTAINER. After every turn, when all that was ready has been handled, the loop calls
 * `turned`: there what came in is sent on as one batch, and what was closed is freed, so that
 * nothing vanishes under an event of the same turn.
 */
#ifndef TMTPD_LOOP_H
#define TMTPD_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The struct of @a type whose @a member is at @a pointer. */
#define CONTAINER(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

struct loop;

/** A descriptor and what to do when it is ready. */
struct watch {
    int fd;          /**< set by its owner before loop_watch */
    uint32_t events; /**< what is waited for; changed by loop_watch only */
    bool watched;
    void (*ready)(struct watch *watch, uint32_t events);
};

/** A moment and what to do then; all zero but for `fire` is one that is not set. */
struct timer {
    int64_t due_us;
    size_t place; /* in the heap, from 1; 0 when not set */
    void (*fire)(struct timer *timer);
};

/**
 * Make a loop.
 *
 * @param turned called after every turn with @a user
 * @return the loop, to be freed by loop_free; NULL when the system has no more descriptors or
 * memory
 */
struct loop *loop_new(void (*turned)(void *user), void *user) __attribute__((warn_unused_result));

/** Free a loop; what it watches stays its owners'. */
void loop_free(struct loop *loop);

/** Run turns until loop_stop. */
void loop_run(struct loop *loop);

/** Leave loop_run after this turn. */
void loop_stop(struct loop *loop);

/**
 * Wait for @a events (EPOLLIN, EPOLLOUT; 0 for only errors) on a descriptor, instead of what was
 * waited for before.
 *
 * @return false when the kernel refuses it
 */
bool loop_watch(struct loop *loop, struct watch *watch, uint32_t events);

/** Wait for it no more; events of this turn are dropped too. */
void loop_unwatch(struct loop *loop, struct watch *watch);

/** Set a timer, or set it anew, to fire @a span_us microseconds from now. */
void loop_after(struct loop *loop, struct timer *timer, int64_t span_us);

/** Unset a timer; one that is not set will do. */
void loop_cancel(struct loop *loop, struct timer *timer);

/** Microseconds of the monotonic clock. */
int64_t loop_now_us(void);

#endif
