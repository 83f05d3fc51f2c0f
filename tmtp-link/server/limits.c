/*
 * A hash table whose entries also stand in a list, the one used last in front. The table has at
 * least as many chains as keys, so a chain is short; keys are spread by a secret number, since
 * addresses are chosen by others.
 */
#include "tmtp-link/server/limits.h"

#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY_S  86400
#define LOG_US INT64_C(60000000)

enum { TRIES = 8, CHAINS_FIRST = 64 };

struct entry {
    uint64_t key;
    struct entry *chain;
    struct entry *newer, *older;
    int64_t day;                        /* that the counts are of */
    int64_t logged_us[LIMITS_WHAT_END]; /* 0 for never */
    uint32_t counts[LIMITS_WHAT_END];
    uint32_t held;
};

struct limits {
    struct entry **chains;
    size_t chain_count; /* a power of two */
    struct entry *newest, *oldest;
    size_t size, most;
    uint64_t secret;
};

struct limits *limits_new(size_t most)
{
    struct limits *limits = calloc(1, sizeof *limits);

    if (limits == NULL || (limits->chains = calloc(CHAINS_FIRST, sizeof *limits->chains)) == NULL ||
        RAND_bytes((unsigned char *)&limits->secret, sizeof limits->secret) != 1) {
        limits_free(limits);
        return NULL;
    }
    limits->chain_count = CHAINS_FIRST;
    limits->most = most;
    return limits;
}

void limits_free(struct limits *limits)
{
    if (limits == NULL) {
        return;
    }
    while (limits->newest != NULL) {
        struct entry *entry = limits->newest;

        limits->newest = entry->older;
        free(entry);
    }
    free(limits->chains);
    free(limits);
}

int64_t limits_today(void)
{
    return time(NULL) / DAY_S;
}

/* --- entries ------------------------------------------------------------------------------- */

/* Multiply and fold twice: every bit of the key and the secret reaches every bit of the place. */
static struct entry **chain_of(const struct limits *limits, uint64_t key)
{
    uint64_t hash = (key ^ limits->secret) * UINT64_C(0x9e3779b97f4a7c15);

    hash = (hash ^ hash >> 32) * (limits->secret | 1);
    return &limits->chains[(hash ^ hash >> 29) & (limits->chain_count - 1)];
}

static void unlink_entry(struct limits *limits, struct entry *entry)
{
    *(entry->newer == NULL ? &limits->newest : &entry->newer->older) = entry->older;
    *(entry->older == NULL ? &limits->oldest : &entry->older->newer) = entry->newer;
}

static void put_first(struct limits *limits, struct entry *entry)
{
    entry->newer = NULL;
    entry->older = limits->newest;
    *(limits->newest == NULL ? &limits->oldest : &limits->newest->newer) = entry;
    limits->newest = entry;
}

static void forget_oldest(struct limits *limits)
{
    struct entry *entry = limits->oldest;
    struct entry **at = chain_of(limits, entry->key);

    while (*at != entry) {
        at = &(*at)->chain;
    }
    *at = entry->chain;
    limits->oldest = entry->newer;
    *(entry->newer == NULL ? &limits->newest : &entry->newer->older) = NULL;
    free(entry);
    limits->size--;
}

/* Those that hold something are used, so they move to the front instead. When many do, the table
 * grows a little: what is held is bounded elsewhere. */
static void make_room(struct limits *limits)
{
    for (int i = 0; i < TRIES && limits->size >= limits->most; i++) {
        struct entry *oldest = limits->oldest;

        if (oldest->held == 0) {
            forget_oldest(limits);
        } else {
            unlink_entry(limits, oldest);
            put_first(limits, oldest);
        }
    }
}

static struct entry *find(const struct limits *limits, uint64_t key)
{
    struct entry *entry = *chain_of(limits, key);

    while (entry != NULL && entry->key != key) {
        entry = entry->chain;
    }
    return entry;
}

/* Twice as many chains, now that there are as many keys; without memory the chains grow longer. */
static void grow(struct limits *limits)
{
    struct entry **chains = calloc(2 * limits->chain_count, sizeof *chains);

    if (chains == NULL) {
        return;
    }
    free(limits->chains);
    limits->chains = chains;
    limits->chain_count *= 2;
    for (struct entry *entry = limits->newest; entry != NULL; entry = entry->older) {
        struct entry **chain = chain_of(limits, entry->key);

        entry->chain = *chain;
        *chain = entry;
    }
}

/* The entry of a key, a new one if need be; NULL when there is no memory. */
static struct entry *use(struct limits *limits, uint64_t key)
{
    struct entry *entry = find(limits, key);

    if (entry != NULL) {
        unlink_entry(limits, entry);
    } else {
        struct entry **chain;

        make_room(limits);
        if (limits->size == limits->chain_count) {
            grow(limits);
        }
        chain = chain_of(limits, key);
        entry = calloc(1, sizeof *entry);
        if (entry == NULL) {
            return NULL;
        }
        entry->key = key;
        entry->chain = *chain;
        *chain = entry;
        limits->size++;
    }
    put_first(limits, entry);
    return entry;
}

/* --- counting ------------------------------------------------------------------------------ */

bool limits_hold(struct limits *limits, uint64_t key, int64_t most)
{
    struct entry *entry = use(limits, key);

    if (entry == NULL) {
        return true;
    }
    if (entry->held >= most) {
        return false;
    }
    entry->held++;
    return true;
}

void limits_release(struct limits *limits, uint64_t key)
{
    struct entry *entry = find(limits, key);

    if (entry != NULL && entry->held > 0) {
        entry->held--;
    }
}

int64_t limits_counted(struct limits *limits, uint64_t key, enum limits_what what, int64_t day)
{
    const struct entry *entry = find(limits, key);

    return entry == NULL || entry->day != day ? 0 : entry->counts[what];
}

void limits_count(struct limits *limits, uint64_t key, enum limits_what what, int64_t day)
{
    struct entry *entry = use(limits, key);

    if (entry == NULL) {
        return;
    }
    if (entry->day != day) {
        memset(entry->counts, 0, sizeof entry->counts);
        entry->day = day;
    }
    entry->counts[what] += entry->counts[what] < UINT32_MAX;
}

bool limits_may_log(struct limits *limits, uint64_t key, enum limits_what what, int64_t now_us)
{
    struct entry *entry = use(limits, key);

    if (entry == NULL ||
        (entry->logged_us[what] != 0 && now_us - entry->logged_us[what] < LOG_US)) {
        return false;
    }
    entry->logged_us[what] = now_us;
    return true;
}

size_t limits_size(const struct limits *limits)
{
    return limits->size;
}
