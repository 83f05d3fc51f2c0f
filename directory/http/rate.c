/* Token buckets by hash of the address, two ways of a set each: when both are taken, the fuller one
 * (whose owner asked least) gives way. An attacker with many addresses can at worst reset others'
 * buckets, never block anyone. */
#include "directory/http/rate.h"

#include <arpa/inet.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/base/random.h"

enum { SETS = 4096, WAYS = 2 };

struct bucket {
    uint64_t key;     /* 0 is empty */
    int64_t spent_us; /* monotonic: when it will be full again */
};

struct rate {
    int64_t turn_us; /* time to gain one turn */
    int64_t full_us; /* all turns, as time */
    uint64_t salt;
    struct bucket buckets[SETS][WAYS];
};

struct rate *rate_make(void *mem, int64_t per_minute)
{
    struct rate *r = talloc_zero(mem, struct rate);

    if (r == NULL)
        return NULL;
    r->turn_us = 60 * SECOND_US / per_minute;
    r->full_us = r->turn_us * per_minute;
    random_bytes(&r->salt, sizeof r->salt);
    return r;
}

static uint64_t key_of(const struct rate *r, const char *address)
{
    struct in6_addr six;
    uint64_t key = r->salt;
    const unsigned char *at = (const unsigned char *)address;
    size_t len = strlen(address);

    if (inet_pton(AF_INET6, address, &six) == 1)
        at = six.s6_addr, len = 8;
    for (size_t i = 0; i < len; i++)
        key = (key ^ at[i]) * 1099511628211u;
    key ^= key >> 29;
    return key != 0 ? key : 1;
}

static struct bucket *find(struct rate *r, uint64_t key)
{
    struct bucket *set = r->buckets[key % SETS], *idlest = &set[0];

    for (int i = 0; i < WAYS; i++) {
        if (set[i].key == key)
            return &set[i];
        if (set[i].spent_us < idlest->spent_us)
            idlest = &set[i];
    }
    *idlest = (struct bucket){.key = key};
    return idlest;
}

bool rate_take(struct rate *r, const char *address, int64_t now_us, int64_t *left, int64_t *wait_s)
{
    struct bucket *b = find(r, key_of(r, address));

    if (b->spent_us < now_us)
        b->spent_us = now_us;
    int64_t after_us = b->spent_us + r->turn_us - now_us;
    *left = (r->full_us - after_us) / r->turn_us;
    *wait_s = (after_us - r->full_us + SECOND_US - 1) / SECOND_US;
    if (after_us > r->full_us) {
        *left = 0;
        return false;
    }
    b->spent_us += r->turn_us;
    *wait_s = (b->spent_us - now_us + SECOND_US - 1) / SECOND_US;
    return true;
}
