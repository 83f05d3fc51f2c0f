/* Two tables of fixed size: the members shown since the last flush, and a Bloom filter of who has
 * seen whom today. Where the first is full or the second errs, somebody is counted once too few. */
#include "directory/domain/exposure.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "directory/db/db.h"
#include "directory/domain/sql_array.h"

/* 1 MiB of filter: with 500,000 pairs a day one in thirty is taken for one that was there. */
enum { HANDLE_MAX = 64, PLACES = 4096, MOST = 3072, FILTER_BITS = 1 << 23, PROBES = 4 };
enum { DAY_S = 24 * 60 * 60 };

struct place {
    char handle[HANDLE_MAX]; /* empty: free */
    unsigned times;
};

static struct {
    pthread_mutex_t lock;
    struct place places[PLACES];
    size_t n;
    time_t day; /* of the filter, since 1970 */
    uint8_t filter[FILTER_BITS / 8];
} shown = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* FNV-1a, stirred by the end of SplitMix64 (Fowler, Noll, Vo; Steele, Lea, Flood 2014). */
static uint64_t hash(uint64_t h, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        h = (h ^ (uint8_t)text[i]) * UINT64_C(0x100000001b3);
    h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
    return h ^ (h >> 31);
}

/* Whether the pair is a new one today; it is not from now on. */
static bool first_today(uint64_t pair)
{
    uint32_t at = (uint32_t)pair, step = (uint32_t)(pair >> 32) | 1;
    bool fresh = false;

    for (unsigned i = 0; i < PROBES; i++, at += step) {
        uint32_t bit = at % FILTER_BITS;
        uint8_t mask = (uint8_t)(1U << bit % 8);
        fresh = fresh || (shown.filter[bit / 8] & mask) == 0;
        shown.filter[bit / 8] |= mask;
    }
    return fresh;
}

static void count(const char *handle, size_t len)
{
    size_t at = hash(0, handle, len) % PLACES;

    while (shown.places[at].times > 0 && (strncmp(shown.places[at].handle, handle, len) != 0 ||
                                          shown.places[at].handle[len] != '\0'))
        at = (at + 1) % PLACES;
    if (shown.places[at].times == 0) {
        if (shown.n == MOST)
            return;
        memcpy(shown.places[at].handle, handle, len);
        shown.places[at].handle[len] = '\0';
        shown.n++;
    }
    shown.places[at].times++;
}

/* The end of a string of JSON. @param at behind its first quote */
static const char *string_end(const char *at)
{
    while (*at != '\0' && *at != '"')
        at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
    return at;
}

/* The next card's handle in the list of cards, NULL after the last one. The text is made by
 * agora.search_page: well-formed, one space behind a colon.
 * @param[in,out] at, depth where to look; moved behind what was read */
static const char *next_handle(const char **at, int *depth, size_t *len)
{
    static const char key[] = "\"handle\": \"";

    for (const char *p = *at; *p != '\0' && *depth > 0; p++) {
        if (*p == '{' || *p == '[')
            ++*depth;
        if (*p == '}' || *p == ']')
            --*depth;
        if (*p != '"')
            continue;
        if (*depth == 2 && strncmp(p, key, sizeof key - 1) == 0) {
            p += sizeof key - 1;
            *at = string_end(p);
            *len = (size_t)(*at - p);
            *at += **at == '"';
            return p;
        }
        p = string_end(p + 1);
        if (*p == '\0')
            break;
    }
    return NULL;
}

void exposure_note(const char *viewer, const char *page)
{
    static const char items[] = "\"items\": [";
    const char *at = strstr(page, items), *handle;
    int depth = 1;
    size_t len;

    if (viewer == NULL || at == NULL)
        return;
    at += sizeof items - 1;
    uint64_t who = hash(0, viewer, strlen(viewer));
    time_t today = time(NULL) / DAY_S;
    pthread_mutex_lock(&shown.lock);
    if (today != shown.day) {
        memset(shown.filter, 0, sizeof shown.filter);
        shown.day = today;
    }
    while ((handle = next_handle(&at, &depth, &len)) != NULL)
        if (len > 0 && len < HANDLE_MAX && first_today(hash(who, handle, len)))
            count(handle, len);
    pthread_mutex_unlock(&shown.lock);
}

/* Take out what was counted, as two arrays of SQL. @return how many members */
static size_t take(struct work *w, const char **handles, const char **times)
{
    struct sql_array of_handles, of_times;
    char number[16];

    sql_array_begin(&of_handles);
    sql_array_begin(&of_times);
    pthread_mutex_lock(&shown.lock);
    size_t n = shown.n;
    for (size_t i = 0; n > 0 && i < PLACES; i++) {
        if (shown.places[i].times == 0)
            continue;
        snprintf(number, sizeof number, "%u", shown.places[i].times);
        sql_array_add(&of_handles, shown.places[i].handle);
        sql_array_add(&of_times, number);
    }
    if (n > 0)
        memset(shown.places, 0, sizeof shown.places);
    shown.n = 0;
    pthread_mutex_unlock(&shown.lock);
    *handles = sql_array_end(&of_handles, w->mem);
    *times = sql_array_end(&of_times, w->mem);
    return n;
}

enum agora_status exposure_flush(struct work *w)
{
    const char *handles, *times;
    size_t n = take(w, &handles, &times);

    if (handles == NULL || times == NULL)
        return work_out_of_memory(w);
    return n > 0 ? DB_RUN(w, QUERY_SEARCH_EXPOSED, NULL, handles, times) : AGORA_OK;
}
