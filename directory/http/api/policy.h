/* /api/v1/admin/policies, /api/v1/admin/simulations: the evidence policy; /api/v1/cases/{id}/level.
 */
#ifndef AGORA_HTTP_API_POLICY_H
#define AGORA_HTTP_API_POLICY_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status policy_case_level(struct request *rq, struct response *rs);
enum agora_status policy_get_list(struct request *rq, struct response *rs);
enum agora_status policy_get_one(struct request *rq, struct response *rs);
enum agora_status policy_put_draft(struct request *rq, struct response *rs);
enum agora_status policy_post_simulate(struct request *rq, struct response *rs);
enum agora_status policy_post_publish(struct request *rq, struct response *rs);
enum agora_status policy_get_simulation(struct request *rq, struct response *rs);

#endif
