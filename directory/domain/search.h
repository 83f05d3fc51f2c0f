/* Search for members: from what was typed to a page of cards. */
#ifndef AGORA_DOMAIN_SEARCH_H
#define AGORA_DOMAIN_SEARCH_H

#include <stddef.h>
#include <stdint.h>

#include "directory/base/work.h"
#include "directory/domain/search_compose.h"

/* What is asked for. Texts are UTF-8 as they came; NULL or 0 for what was not given. */
struct search_ask {
    const char *q;             /* words and operators: search_query.h */
    const char *const *topics; /* ids; any of them, narrower ones included */
    size_t topics_n;
    const char *const *countries; /* ISO 3166-1 alpha-2; any of them */
    size_t countries_n;
    const char *level;   /* "0" to "4": at least */
    const char *limit;   /* cards a page, "1" to "100" */
    const char *cursor;  /* next of the page before */
    const char *address; /* network address of a viewer who is not signed in: people seen are
                            counted for it; NULL counts nobody */
    int64_t *wait_s;     /* where to put the seconds to wait, for AGORA_PEOPLE_SEEN; or NULL */
};

/**
 * Find the members that match among those the viewer may see, best first.
 *
 * @param w         work; owns what is returned
 * @param viewer    account, UUID as text; NULL when nobody is signed in
 * @param ask       what is asked for
 * @param[out] body page as JSON text (schema SearchPage)
 * @return AGORA_OK; AGORA_INVALID_FIELD with the parameter as pointer (/q, /topic, /country,
 *         /cursor); AGORA_PEOPLE_SEEN when the viewer has been shown as many different people as
 *         they may be for now; AGORA_UNAVAILABLE when the database is away
 */
enum agora_status search_members(struct work *w, const char *viewer, const struct search_ask *ask,
                                 const char **body) AGORA_CHECKED;

/**
 * Take a search apart into what SQL runs, without running it.
 *
 * @param ask      viewer's words and filters; limit and cursor are not looked at
 * @param[out] out owned by w->mem
 * @return AGORA_OK; AGORA_INVALID_FIELD as search_members()
 */
enum agora_status search_understand(struct work *w, const struct search_ask *ask,
                                    struct search_statement *out) AGORA_CHECKED;

/**
 * Say that a viewer has been shown enough people for now.
 *
 * @param wait_s seconds until the pause, or the day, is over
 * @return AGORA_PEOPLE_SEEN
 */
enum agora_status search_seen_enough(struct work *w, int64_t wait_s) AGORA_CHECKED;

/**
 * Bring search rows up to date that a change could not make anew itself (a topic's label changed, a
 * verification lapsed), and cut the strata anew when the number of members has outgrown them. For
 * the worker, every second or two.
 *
 * @param w         work
 * @param[out] done members whose rows were made anew; when not 0 there may be more
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status search_refresh(struct work *w, int *done) AGORA_CHECKED;

/**
 * Make all search rows anew and cut them into strata. Searches go on meanwhile.
 *
 * @param w            work; its connection should be patient: a minute for 100,000 members
 * @param[out] members how many can be found
 * @param[out] strata  in how many strata
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status search_rebuild(struct work *w, int64_t *members, int64_t *strata) AGORA_CHECKED;

#endif
