/* /api/v1/admin/audit and the published checkpoint of the log. */
#ifndef AGORA_HTTP_API_AUDIT_H
#define AGORA_HTTP_API_AUDIT_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status audit_get_page(struct request *rq, struct response *rs);
enum agora_status audit_post_check(struct request *rq, struct response *rs);
enum agora_status audit_get_checkpoint(struct request *rq, struct response *rs);

#endif
