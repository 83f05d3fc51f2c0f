/* Appeals: /api/v1/appeals, for the members who make them and for those who decide. */
#ifndef AGORA_HTTP_API_APPEAL_H
#define AGORA_HTTP_API_APPEAL_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status appeal_get_mine(struct request *rq, struct response *rs);
enum agora_status appeal_post_case(struct request *rq, struct response *rs);
enum agora_status appeal_post_verification(struct request *rq, struct response *rs);
enum agora_status appeal_get_list(struct request *rq, struct response *rs);
enum agora_status appeal_get_one(struct request *rq, struct response *rs);
enum agora_status appeal_post_acknowledge(struct request *rq, struct response *rs);
enum agora_status appeal_post_decision(struct request *rq, struct response *rs);

#endif
