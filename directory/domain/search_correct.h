/* When what was typed finds nobody, or hardly anybody: another spelling that finds more. */
#ifndef AGORA_DOMAIN_SEARCH_CORRECT_H
#define AGORA_DOMAIN_SEARCH_CORRECT_H

#include "directory/base/work.h"
#include "directory/domain/search.h"
#include "directory/domain/search_query.h"

/**
 * Add to a page what may have been meant. Where nobody was found and a corrected query finds
 * somebody, its page takes the place of the empty one and says so; where one or two were found and
 * it finds more, the page stays and names the corrected query; one without cards
 * (search_only_numbers()) names it only where it takes its place. Only words that members whom the
 * viewer may see are found by are ever named.
 *
 * @param w             work; owns what is returned
 * @param viewer        account, UUID as text; NULL when nobody is signed in
 * @param ask           what was asked for
 * @param query         ask->q taken apart
 * @param[in,out] body  first page (schema SearchPage)
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status search_correct(struct work *w, const char *viewer, const struct search_ask *ask,
                                 const struct search_query *query, const char **body) AGORA_CHECKED;

#endif
