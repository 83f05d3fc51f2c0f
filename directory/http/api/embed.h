/* The search as a widget in a frame of the organisation's own website: /embed/search. */
#ifndef AGORA_HTTP_API_EMBED_H
#define AGORA_HTTP_API_EMBED_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status embed_get_search(struct request *rq, struct response *rs);

#endif
