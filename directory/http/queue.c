/* Two lists under one lock. A worker takes the older head of the two, but a slow one only while
 * fewer than slow_max workers are at slow work: the rest stay free for the fast lane, whatever
 * happens. Of those that wait the last to come is called first: what its connection to the database
 * has in its processor's caches is still there. */
#include "directory/http/queue.h"

#include <pthread.h>
#include <talloc.h>
#include <time.h>

#include "directory/base/clock.h"
#include "directory/http/exchange.h"

struct list {
    struct exchange *first, **end;
};

/* A worker that waits, on that worker's stack. */
struct waiter {
    pthread_cond_t call;
    bool called; /* and no longer in the list */
    struct waiter *before;
};

struct queue {
    pthread_mutex_t lock;
    pthread_condattr_t monotonic;
    struct waiter *last;  /* to come */
    struct list lanes[2]; /* by enum lane */
    size_t n, max;
    size_t slow_busy, slow_max;
    int64_t max_age_us;
    bool closed;
};

static int destroy(struct queue *q)
{
    pthread_condattr_destroy(&q->monotonic);
    pthread_mutex_destroy(&q->lock);
    return 0;
}

struct queue *queue_make(void *mem, size_t max, size_t slow_max, int64_t max_age_us)
{
    struct queue *q = talloc_zero(mem, struct queue);

    if (q == NULL)
        return NULL;
    pthread_mutex_init(&q->lock, NULL);
    pthread_condattr_init(&q->monotonic);
    pthread_condattr_setclock(&q->monotonic, CLOCK_MONOTONIC);
    for (int lane = 0; lane < 2; lane++)
        q->lanes[lane].end = &q->lanes[lane].first;
    q->max = max;
    q->slow_max = slow_max;
    q->max_age_us = max_age_us;
    talloc_set_destructor(q, destroy);
    return q;
}

/* With the lock held: the worker that came last goes on. */
static void call_one(struct queue *q)
{
    struct waiter *w = q->last;

    if (w == NULL)
        return;
    q->last = w->before;
    w->called = true;
    pthread_cond_signal(&w->call);
}

bool queue_push(struct queue *q, struct exchange *x, enum lane lane)
{
    x->next = NULL;
    x->queued_us = monotonic_us();
    pthread_mutex_lock(&q->lock);
    bool taken = !q->closed && q->n < q->max;
    if (taken) {
        *q->lanes[lane].end = x;
        q->lanes[lane].end = &x->next;
        q->n++;
        call_one(q);
    }
    pthread_mutex_unlock(&q->lock);
    return taken;
}

static bool is_late(const struct queue *q, const struct exchange *x)
{
    return monotonic_us() - x->queued_us > q->max_age_us;
}

/* With the lock held: the lane to take from, or -1. A late one needs no worker worth counting. */
static int choose_lane(const struct queue *q)
{
    const struct exchange *fast = q->lanes[LANE_FAST].first, *slow = q->lanes[LANE_SLOW].first;
    bool slow_ready = slow != NULL && (q->slow_busy < q->slow_max || is_late(q, slow));

    if (slow_ready && (fast == NULL || slow->queued_us < fast->queued_us))
        return LANE_SLOW;
    return fast != NULL ? LANE_FAST : -1;
}

static void enter(struct queue *q, struct waiter *waiter)
{
    waiter->before = q->last;
    q->last = waiter;
}

static void leave(struct queue *q, const struct waiter *waiter)
{
    struct waiter **at = &q->last;

    while (*at != waiter)
        at = &(*at)->before;
    *at = waiter->before;
}

/* With the lock held: wait to be called, or until the slow lane's head has become late. */
static void wait_for_call(struct queue *q)
{
    const struct exchange *slow = q->lanes[LANE_SLOW].first;
    int64_t until_us = slow != NULL ? slow->queued_us + q->max_age_us + 1000 : 0;
    struct timespec until = {.tv_sec = until_us / SECOND_US,
                             .tv_nsec = until_us % SECOND_US * 1000};
    struct waiter self = {.called = false};
    int ended = 0;

    pthread_cond_init(&self.call, &q->monotonic);
    enter(q, &self);
    while (!self.called && ended == 0)
        ended = slow != NULL ? pthread_cond_timedwait(&self.call, &q->lock, &until)
                             : pthread_cond_wait(&self.call, &q->lock);
    if (!self.called)
        leave(q, &self);
    pthread_cond_destroy(&self.call);
}

static struct exchange *take(struct queue *q, enum lane lane)
{
    struct list *list = &q->lanes[lane];
    struct exchange *x = list->first;

    list->first = x->next;
    if (list->first == NULL)
        list->end = &list->first;
    q->n--;
    return x;
}

struct exchange *queue_pop(struct queue *q, enum lane *lane, bool *late)
{
    struct exchange *x = NULL;
    int chosen;

    pthread_mutex_lock(&q->lock);
    while ((chosen = choose_lane(q)) < 0 && !(q->closed && q->n == 0))
        wait_for_call(q);
    if (chosen >= 0) {
        *lane = (enum lane)chosen;
        x = take(q, *lane);
        *late = is_late(q, x);
        if (*lane == LANE_SLOW && !*late)
            q->slow_busy++;
    }
    pthread_mutex_unlock(&q->lock);
    return x;
}

void queue_done(struct queue *q, enum lane lane, bool late)
{
    if (lane != LANE_SLOW || late)
        return;
    pthread_mutex_lock(&q->lock);
    q->slow_busy--;
    call_one(q);
    pthread_mutex_unlock(&q->lock);
}

size_t queue_depth(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    size_t n = q->n;
    pthread_mutex_unlock(&q->lock);
    return n;
}

void queue_close(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    while (q->last != NULL)
        call_one(q);
    pthread_mutex_unlock(&q->lock);
}
