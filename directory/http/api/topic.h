/* /api/v1/topics: completion and reading of topics. */
#ifndef AGORA_HTTP_API_TOPIC_H
#define AGORA_HTTP_API_TOPIC_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status topic_list(struct request *rq, struct response *rs);
enum agora_status topic_get(struct request *rq, struct response *rs);

#endif
