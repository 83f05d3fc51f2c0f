/* /api/v1/concierge and /api/v1/me/concierge: questions to the organisation. */
#ifndef AGORA_HTTP_API_CONCIERGE_H
#define AGORA_HTTP_API_CONCIERGE_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status concierge_get_mine(struct request *rq, struct response *rs);
enum agora_status concierge_post(struct request *rq, struct response *rs);
enum agora_status concierge_get_list(struct request *rq, struct response *rs);
enum agora_status concierge_post_answer(struct request *rq, struct response *rs);

#endif
