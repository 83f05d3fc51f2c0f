/* /api/v1/topics: completion and reading of topics; /api/v1/me/topic-proposals: those that a member
 * misses; /api/v1/admin/topics and /api/v1/admin/topic-proposals: their keeping. */
#ifndef AGORA_HTTP_API_TOPIC_H
#define AGORA_HTTP_API_TOPIC_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status topic_list(struct request *rq, struct response *rs);
enum agora_status topic_get(struct request *rq, struct response *rs);

enum agora_status topic_get_proposals(struct request *rq, struct response *rs);
enum agora_status topic_post_proposal(struct request *rq, struct response *rs);
enum agora_status topic_delete_proposal(struct request *rq, struct response *rs);

enum agora_status topic_get_kept_list(struct request *rq, struct response *rs);
enum agora_status topic_get_kept(struct request *rq, struct response *rs);
enum agora_status topic_post_new(struct request *rq, struct response *rs);
enum agora_status topic_post_merge(struct request *rq, struct response *rs);
enum agora_status topic_put_label(struct request *rq, struct response *rs);
enum agora_status topic_put_place(struct request *rq, struct response *rs);
enum agora_status topic_get_queue(struct request *rq, struct response *rs);
enum agora_status topic_post_decision(struct request *rq, struct response *rs);

#endif
