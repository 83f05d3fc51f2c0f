/*
 * Timers are a binary heap of pointers; each timer knows its place, so setting and unsetting take
 * logarithmic time and no search.
 */
#include "tmtp-link/server/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS_A_TURN = 256 };

struct loop {
    int epoll;
    bool stopping;
    void (*turned)(void *user);
    void *user;
    struct timer **heap; /* [1 … count] */
    size_t count, room;
    struct epoll_event events[EVENTS_A_TURN]; /* of this turn */
    int ready;
};

int64_t loop_now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct loop *loop_new(void (*turned)(void *user), void *user)
{
    struct loop *loop = calloc(1, sizeof *loop);

    if (loop == NULL) {
        return NULL;
    }
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll < 0) {
        free(loop);
        return NULL;
    }
    loop->turned = turned;
    loop->user = user;
    return loop;
}

void loop_free(struct loop *loop)
{
    if (loop != NULL) {
        close(loop->epoll);
        free(loop->heap);
        free(loop);
    }
}

static void put(struct loop *loop, size_t place, struct timer *timer)
{
    loop->heap[place] = timer;
    timer->place = place;
}

/* Move a timer up or down from a free place until the heap is in order. */
static void settle(struct loop *loop, size_t place, struct timer *timer)
{
    while (place > 1 && loop->heap[place / 2]->due_us > timer->due_us) {
        put(loop, place, loop->heap[place / 2]);
        place /= 2;
    }
    for (;;) {
        size_t child = place * 2;

        if (child < loop->count && loop->heap[child + 1]->due_us < loop->heap[child]->due_us) {
            child++;
        }
        if (child > loop->count || loop->heap[child]->due_us >= timer->due_us) {
            break;
        }
        put(loop, place, loop->heap[child]);
        place = child;
    }
    put(loop, place, timer);
}

void loop_cancel(struct loop *loop, struct timer *timer)
{
    size_t place = timer->place;
    struct timer *last;

    if (place == 0) {
        return;
    }
    last = loop->heap[loop->count--];
    timer->place = 0;
    if (last != timer) {
        settle(loop, place, last);
    }
}

void loop_after(struct loop *loop, struct timer *timer, int64_t span_us)
{
    loop_cancel(loop, timer);
    if (loop->count + 2 > loop->room) {
        size_t room = loop->room == 0 ? 64 : loop->room * 2;
        struct timer **heap = reallocarray(loop->heap, room, sizeof *heap);

        if (heap == NULL) {
            abort(); /* a link without its timer would hold its node for ever */
        }
        loop->heap = heap;
        loop->room = room;
    }
    timer->due_us = loop_now_us() + span_us;
    settle(loop, ++loop->count, timer);
}

bool loop_watch(struct loop *loop, struct watch *watch, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};

    if (watch->watched && watch->events == events) {
        return true;
    }
    if (epoll_ctl(loop->epoll, watch->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, watch->fd, &event) !=
        0) {
        return false;
    }
    watch->watched = true;
    watch->events = events;
    return true;
}

void loop_unwatch(struct loop *loop, struct watch *watch)
{
    if (!watch->watched) {
        return;
    }
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
    watch->watched = false;
    for (int i = 0; i < loop->ready; i++) {
        if (loop->events[i].data.ptr == watch) {
            loop->events[i].data.ptr = NULL;
        }
    }
}

/* Milliseconds until the first timer, rounded up so that it is due then; -1 when there is none. */
static int wait_ms(const struct loop *loop)
{
    int64_t left_us;

    if (loop->count == 0) {
        return -1;
    }
    left_us = loop->heap[1]->due_us - loop_now_us();
    if (left_us <= 0) {
        return 0;
    }
    return left_us > 60000000 ? 60000 : (int)((left_us + 999) / 1000);
}

static void handle_events(struct loop *loop)
{
    loop->ready = epoll_wait(loop->epoll, loop->events, EVENTS_A_TURN, wait_ms(loop));
    for (int i = 0; i < loop->ready; i++) {
        struct watch *watch = loop->events[i].data.ptr;

        if (watch != NULL) {
            watch->ready(watch, loop->events[i].events);
        }
    }
    loop->ready = 0;
}

static void handle_timers(struct loop *loop)
{
    int64_t now_us = loop_now_us();

    while (loop->count > 0 && loop->heap[1]->due_us <= now_us) {
        struct timer *timer = loop->heap[1];

        loop_cancel(loop, timer);
        timer->fire(timer);
    }
}

void loop_run(struct loop *loop)
{
    while (!loop->stopping) {
        handle_events(loop);
        handle_timers(loop);
        loop->turned(loop->user);
    }
}

void loop_stop(struct loop *loop)
{
    loop->stopping = true;
}
