/* Pages of the app that strangers can read without JavaScript: the search (/) and public profiles
 * (/m/{handle}). */
#ifndef AGORA_HTTP_API_PAGE_H
#define AGORA_HTTP_API_PAGE_H

#include "directory/http/request.h"
#include "directory/http/response.h"

struct search_ask;

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

#endif
