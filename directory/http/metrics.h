/* Counters of what the server does, as Prometheus reads them. */
#ifndef AGORA_HTTP_METRICS_H
#define AGORA_HTTP_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "directory/base/error.h"
#include "directory/http/route.h"

struct metrics;

/** Make counters for a table of routes. NULL without memory. */
struct metrics *metrics_make(void *mem, const struct route routes[], size_t n);

/**
 * Count an answer; from any thread.
 *
 * @param route  route, or NULL for static files and unknown paths
 * @param status HTTP status
 * @param us     from the complete head to the finished answer
 */
void metrics_count(struct metrics *m, const struct route *route, unsigned status, int64_t us);

/** Count an error by its kind; from any thread. */
void metrics_error(struct metrics *m, enum agora_status status);

/** Figures that are looked up when somebody asks. */
struct metrics_now {
    size_t queue_depth;
    size_t streams;
    size_t in_hand;
};

/** All figures in the Prometheus text format; owned by @a mem, NULL without memory. */
char *metrics_text(const struct metrics *m, const struct metrics_now *now, void *mem);

#endif
