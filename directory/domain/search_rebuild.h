/* All search rows made anew, beside the old ones, while searches and changes go on. */
#ifndef AGORA_DOMAIN_SEARCH_REBUILD_H
#define AGORA_DOMAIN_SEARCH_REBUILD_H

#include <stdint.h>

#include "directory/base/work.h"

/* What a rebuild has come to. */
struct search_rebuilt {
    int64_t members; /* who can be found */
    int64_t strata;  /* in how many strata */
};

/* Who wants to know how far it is; called by the caller's thread, about once a second. */
struct search_rebuild_ear {
    void *cls;
    /* what: "portions of members" or "strata indexed"; lasts for ever. */
    void (*tell)(void *cls, const char *what, uint64_t done, uint64_t total);
};

/**
 * Make all search rows anew and cut them into strata, by small transactions on a connection for
 * each processor. When it is given up midway nothing has changed, and the next one begins anew.
 *
 * @param w        work; its connection should be patient: an index of the largest stratum is one
 *                 statement
 * @param ear      whom to tell, or NULL
 * @param[out] out what it has come to
 * @return AGORA_OK; AGORA_CONFLICT when another rebuild is running or was begun meanwhile;
 *         AGORA_UNAVAILABLE
 */
enum agora_status search_rebuild(struct work *w, const struct search_rebuild_ear *ear,
                                 struct search_rebuilt *out) AGORA_CHECKED;

#endif
