/* What verifiers, admins and members do with cases beyond deciding: the first look, the conflict of
 * interest, attended sessions, the trusted referee, the second person. See docs/openapi.yaml. */
#ifndef AGORA_HTTP_API_CASE_WORK_H
#define AGORA_HTTP_API_CASE_WORK_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status case_clear(struct request *rq, struct response *rs);
enum agora_status case_refuse(struct request *rq, struct response *rs);
enum agora_status case_conflict(struct request *rq, struct response *rs);
enum agora_status case_refer(struct request *rq, struct response *rs);
enum agora_status case_book_session(struct request *rq, struct response *rs);
enum agora_status case_choose_session(struct request *rq, struct response *rs);
enum agora_status case_end_session(struct request *rq, struct response *rs);
enum agora_status case_find(struct request *rq, struct response *rs);
enum agora_status case_second(struct request *rq, struct response *rs);
enum agora_status case_pairs(struct request *rq, struct response *rs);

#endif
