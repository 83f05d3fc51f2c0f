/* The queue between the HTTP thread and the workers: bounded, in two lanes, and aware of age. */
#ifndef AGORA_HTTP_QUEUE_H
#define AGORA_HTTP_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "directory/http/route.h"

struct exchange;
struct queue;

/**
 * Make a queue.
 *
 * @param mem       talloc parent
 * @param max       exchanges that may wait
 * @param slow_max  workers that LANE_SLOW may hold at once
 * @param max_age_us age after which an exchange is only good for 503
 */
struct queue *queue_make(void *mem, size_t max, size_t slow_max, int64_t max_age_us);

/** Add an exchange. @return false when the queue is full or closed */
bool queue_push(struct queue *q, struct exchange *x, enum lane lane);

/**
 * Take the oldest exchange whose lane has a worker to spare; waits for one.
 *
 * @param[out] late  it waited too long: answer 503 without the database
 * @return exchange, to be followed by queue_done(); NULL when the queue is closed and empty
 */
struct exchange *queue_pop(struct queue *q, enum lane *lane, bool *late);

/** The worker is free again. */
void queue_done(struct queue *q, enum lane lane, bool late);

/** Exchanges that wait now. */
size_t queue_depth(struct queue *q);

/** Take nothing more; workers finish what is there, then queue_pop() gives NULL. */
void queue_close(struct queue *q);

#endif
