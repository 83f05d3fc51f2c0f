/* What is kept how long, and legal holds, for admins. */
#ifndef AGORA_HTTP_API_RETENTION_H
#define AGORA_HTTP_API_RETENTION_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status retention_get(struct request *rq, struct response *rs);
enum agora_status hold_post(struct request *rq, struct response *rs);
enum agora_status hold_post_extend(struct request *rq, struct response *rs);
enum agora_status hold_post_lift(struct request *rq, struct response *rs);

#endif
