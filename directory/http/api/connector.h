/* /api/v1/admin/connectors and /api/v1/admin/rosters: where checks that run by themselves look. */
#ifndef AGORA_HTTP_API_CONNECTOR_H
#define AGORA_HTTP_API_CONNECTOR_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status connector_get_list(struct request *rq, struct response *rs);
enum agora_status connector_post(struct request *rq, struct response *rs);
enum agora_status connector_patch_one(struct request *rq, struct response *rs);
enum agora_status connector_post_trial(struct request *rq, struct response *rs);

#endif
