/* Vouches: /api/v1/vouches and those of a case, for their members, vouchers and verifiers. */
#ifndef AGORA_HTTP_API_VOUCH_H
#define AGORA_HTTP_API_VOUCH_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status vouch_get_of_case(struct request *rq, struct response *rs);
enum agora_status vouch_post_name(struct request *rq, struct response *rs);
enum agora_status vouch_post_wait(struct request *rq, struct response *rs);
enum agora_status vouch_get_list(struct request *rq, struct response *rs);
enum agora_status vouch_post_give(struct request *rq, struct response *rs);
enum agora_status vouch_post_decline(struct request *rq, struct response *rs);
enum agora_status vouch_post_withdraw(struct request *rq, struct response *rs);
enum agora_status vouch_post_repeat(struct request *rq, struct response *rs);
enum agora_status vouch_get_reviews(struct request *rq, struct response *rs);
enum agora_status vouch_post_review(struct request *rq, struct response *rs);

#endif
