/* Pages of the app that strangers can read without JavaScript: the search (/) and public profiles
 * (/m/{handle}). */
#ifndef AGORA_HTTP_API_PUBLIC_PAGE_H
#define AGORA_HTTP_API_PUBLIC_PAGE_H

#include "directory/http/request.h"
#include "directory/http/response.h"

struct page_place;
struct search_ask;
struct text;

enum agora_status page_get_search(struct request *rq, struct response *rs);
enum agora_status page_get_profile(struct request *rq, struct response *rs);

/**
 * What a query of a page asks for. Nothing is refused here: what is too long or no level is left
 * out, other parameters are nobody's business.
 *
 * @param[out] ask    filled
 * @return whether anything is asked for
 */
bool page_read_ask(struct request *rq, struct search_ask *ask);

/**
 * Add the results of a search by somebody who is not signed in, or a sentence that says why there
 * are none.
 *
 * @param[out] status of the answer: 429 when as many people have been seen as may be, else 200
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status page_add_results(struct request *rq, struct text *t, const struct search_ask *ask,
                                   const struct page_place *place, unsigned *status) AGORA_CHECKED;

#endif
