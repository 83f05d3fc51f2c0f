/* /api/v1/me/searches: saved searches. */
#ifndef AGORA_HTTP_API_SAVED_H
#define AGORA_HTTP_API_SAVED_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status saved_get_list(struct request *rq, struct response *rs);
enum agora_status saved_post(struct request *rq, struct response *rs);
enum agora_status saved_patch_one(struct request *rq, struct response *rs);
enum agora_status saved_delete_one(struct request *rq, struct response *rs);
enum agora_status saved_get_members(struct request *rq, struct response *rs);
enum agora_status saved_post_looked(struct request *rq, struct response *rs);

#endif
