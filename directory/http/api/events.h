/* /api/v1/events: live updates as server-sent events. */
#ifndef AGORA_HTTP_API_EVENTS_H
#define AGORA_HTTP_API_EVENTS_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status events_get(struct request *rq, struct response *rs);

#endif
