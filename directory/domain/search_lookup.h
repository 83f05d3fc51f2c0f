/* What the values of a query stand for, looked up before it is composed: topics by their names,
 * places around a place, the viewer's contacts. */
#ifndef AGORA_DOMAIN_SEARCH_LOOKUP_H
#define AGORA_DOMAIN_SEARCH_LOOKUP_H

#include "directory/base/work.h"
#include "directory/domain/search.h"
#include "directory/domain/search_compose.h"

/**
 * Look up what the query needs; no statement is run for what does not stand in it.
 *
 * @param w       work; owns what is found
 * @param viewer  account, UUID as text; NULL when nobody is signed in
 * @param query   from search_parse()
 * @param ask     topics asked for by id, and what to be near
 * @param[out] f  found, nears, places, known and today are filled
 * @return AGORA_OK; AGORA_INVALID_FIELD for a topic or place that there is none of (/q, /topic,
 * /near, /km), or knows:me of somebody who is not signed in; AGORA_UNAVAILABLE
 */
enum agora_status search_lookup(struct work *w, const char *viewer,
                                const struct search_query *query, const struct search_ask *ask,
                                struct search_filters *f) AGORA_CHECKED;

#endif
