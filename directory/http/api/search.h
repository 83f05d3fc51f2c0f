/* Completion of what is typed into the search box. */
#ifndef AGORA_HTTP_API_SEARCH_H
#define AGORA_HTTP_API_SEARCH_H

#include "directory/http/request.h"
#include "directory/http/response.h"

/** GET /api/v1/complete */
enum agora_status search_suggest(struct request *rq, struct response *rs) AGORA_CHECKED;

#endif
