/* Search for members: from what was typed to a page of cards. */
#ifndef AGORA_DOMAIN_SEARCH_H
#define AGORA_DOMAIN_SEARCH_H

#include <stdbool.h>
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
    const char *near;    /* id or name of a place */
    const char *km;      /* "1" to "2000": how far from it, 50 when not given */
    const char *limit;   /* cards a page, "0" (search_only_numbers()) to "100" */
    const char *cursor;  /* next of the page before */
    const char *facets;  /* "false": how the results divide is not asked */
    const char *address; /* network address of a viewer who is not signed in: people seen are
                            counted for it; NULL counts nobody */
    int64_t *wait_s;     /* where to put the seconds to wait, for AGORA_PEOPLE_SEEN; or NULL */
};

/** Whether only how many there are is asked, and how they divide: nobody is on such a page. */
bool search_only_numbers(const struct search_ask *ask);

/**
 * Find the members that match among those the viewer may see, best first. When there are none, or
 * few, and words may be misspelt, the page tells what may have been meant (search_correct.h).
 *
 * @param w         work; owns what is returned
 * @param viewer    account, UUID as text; NULL when nobody is signed in
 * @param ask       what is asked for
 * @param[out] body page as JSON text (schema SearchPage)
 * @return AGORA_OK; AGORA_INVALID_FIELD with the parameter as pointer (/q, /topic, /country,
 *         /near, /km, /cursor); AGORA_PEOPLE_SEEN when the viewer has been shown as many different
 *         people as they may be for now; AGORA_UNAVAILABLE when the database is away
 */
enum agora_status search_members(struct work *w, const char *viewer, const struct search_ask *ask,
                                 const char **body) AGORA_CHECKED;

/**
 * One page of search_members() exactly as asked, no spelling looked at.
 *
 * @param shown whether the viewer is shown the people on it, who then count as seen
 */
enum agora_status search_page_of(struct work *w, const char *viewer, const struct search_ask *ask,
                                 bool shown, const char **body) AGORA_CHECKED;

/**
 * Complete what is typed into the search box: topics, members whom the viewer may see, places.
 *
 * @param w         work; owns what is returned
 * @param viewer    account, UUID as text; NULL when nobody is signed in
 * @param typed     beginnings of words
 * @param limit     how many of each at most, as text
 * @param[out] body JSON text (schema Completion)
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status search_complete(struct work *w, const char *viewer, const char *typed,
                                  const char *limit, const char **body) AGORA_CHECKED;

/**
 * Take a search apart into what SQL runs, without running it.
 *
 * @param viewer   account, UUID as text; NULL when nobody is signed in
 * @param ask      viewer's words and filters; limit and cursor are not looked at
 * @param[out] out owned by w->mem
 * @return AGORA_OK; AGORA_INVALID_FIELD as search_members()
 */
enum agora_status search_understand(struct work *w, const char *viewer,
                                    const struct search_ask *ask,
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
 * Go on with the daily pass, which brings the stored order up to date with time and with how often
 * each was shown; only rows whose quality is another one are written. For the worker, every second:
 * a million members take a little over half an hour of it.
 *
 * @param w         work
 * @param[out] done members looked at, at most 500; 0 when all are done for today
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status search_daily(struct work *w, int *done) AGORA_CHECKED;

#endif
