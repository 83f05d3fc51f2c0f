/* /healthz, /readyz, /metrics and /api/v1/openapi.json. */
#ifndef AGORA_HTTP_API_SYSTEM_H
#define AGORA_HTTP_API_SYSTEM_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status system_healthz(struct request *rq, struct response *rs);
enum agora_status system_readyz(struct request *rq, struct response *rs);
enum agora_status system_metrics(struct request *rq, struct response *rs);
enum agora_status system_openapi(struct request *rq, struct response *rs);

#endif
