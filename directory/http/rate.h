/* How often an address may do a thing: a token bucket each, in a table of fixed size. */
#ifndef AGORA_HTTP_RATE_H
#define AGORA_HTTP_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct rate;

/**
 * Make a limit. Used by the HTTP thread alone, hence without a lock.
 *
 * @param mem        talloc parent
 * @param per_minute how often in a minute, which is also how many at once
 */
struct rate *rate_make(void *mem, int64_t per_minute);

/**
 * Take one turn.
 *
 * @param address   of the client, as text; an IPv6 address counts by its /64
 * @param now_us    monotonic
 * @param[out] left turns left now
 * @param[out] wait_s seconds until the next one, when none is left
 * @return false when there was none left
 */
bool rate_take(struct rate *r, const char *address, int64_t now_us, int64_t *left, int64_t *wait_s);

#endif
