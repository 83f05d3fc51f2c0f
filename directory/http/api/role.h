/* /api/v1/admin/roles: who has which role, and taking one away. */
#ifndef AGORA_HTTP_API_ROLE_H
#define AGORA_HTTP_API_ROLE_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status role_get_list(struct request *rq, struct response *rs);
enum agora_status role_post_revoke(struct request *rq, struct response *rs);

#endif
