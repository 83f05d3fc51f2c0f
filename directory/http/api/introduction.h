/* /api/v1/introductions: asking to be introduced, answering, ending. */
#ifndef AGORA_HTTP_API_INTRODUCTION_H
#define AGORA_HTTP_API_INTRODUCTION_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status introduction_post(struct request *rq, struct response *rs);
enum agora_status introduction_get_list(struct request *rq, struct response *rs);
enum agora_status introduction_get_quota(struct request *rq, struct response *rs);
enum agora_status introduction_get_one(struct request *rq, struct response *rs);
enum agora_status introduction_post_accept(struct request *rq, struct response *rs);
enum agora_status introduction_post_decline(struct request *rq, struct response *rs);
enum agora_status introduction_post_withdraw(struct request *rq, struct response *rs);
enum agora_status introduction_post_end(struct request *rq, struct response *rs);

#endif
