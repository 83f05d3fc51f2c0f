/* /api/v1/cases: requests to be verified, for their members and for verifiers. */
#ifndef AGORA_HTTP_API_CASE_H
#define AGORA_HTTP_API_CASE_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status case_open(struct request *rq, struct response *rs);
enum agora_status case_list(struct request *rq, struct response *rs);
enum agora_status case_next(struct request *rq, struct response *rs);
enum agora_status case_get(struct request *rq, struct response *rs);
enum agora_status case_put_claims(struct request *rq, struct response *rs);
enum agora_status case_add_evidence(struct request *rq, struct response *rs);
enum agora_status case_remove_evidence(struct request *rq, struct response *rs);
enum agora_status case_submit(struct request *rq, struct response *rs);
enum agora_status case_withdraw(struct request *rq, struct response *rs);
enum agora_status case_record_check(struct request *rq, struct response *rs);
enum agora_status case_ask(struct request *rq, struct response *rs);
enum agora_status case_release(struct request *rq, struct response *rs);
enum agora_status case_decide(struct request *rq, struct response *rs);

#endif
