/* What this instance is. */
#ifndef AGORA_HTTP_API_INSTANCE_H
#define AGORA_HTTP_API_INSTANCE_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status instance_get(struct request *rq, struct response *rs);

#endif
