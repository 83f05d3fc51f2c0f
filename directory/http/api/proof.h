/* /api/v1/me/proofs: what members prove about themselves, and what ran by itself for a case. */
#ifndef AGORA_HTTP_API_PROOF_H
#define AGORA_HTTP_API_PROOF_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status proof_get_list(struct request *rq, struct response *rs);
enum agora_status proof_post_email(struct request *rq, struct response *rs);
enum agora_status proof_post_email_code(struct request *rq, struct response *rs);
enum agora_status proof_post_web(struct request *rq, struct response *rs);
enum agora_status proof_post_check(struct request *rq, struct response *rs);
enum agora_status proof_delete(struct request *rq, struct response *rs);
enum agora_status proof_get_of_case(struct request *rq, struct response *rs);

#endif
