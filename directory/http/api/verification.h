/* /api/v1/me/verification and /api/v1/verifications: where a member stands, and ending it. */
#ifndef AGORA_HTTP_API_VERIFICATION_H
#define AGORA_HTTP_API_VERIFICATION_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status verification_get_mine(struct request *rq, struct response *rs);
enum agora_status verification_post_revoke(struct request *rq, struct response *rs);
enum agora_status verification_post_suspend(struct request *rq, struct response *rs);
enum agora_status verification_post_reinstate(struct request *rq, struct response *rs);

#endif
