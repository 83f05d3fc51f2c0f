/* /api/v1/members: search, and a member's profile as the viewer may see it. */
#ifndef AGORA_HTTP_API_MEMBER_H
#define AGORA_HTTP_API_MEMBER_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status member_search(struct request *rq, struct response *rs);
enum agora_status member_get(struct request *rq, struct response *rs);

#endif
