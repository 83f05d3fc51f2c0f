/* /api/v1/admin/outbox: work that waits or has failed. */
#ifndef AGORA_HTTP_API_OUTBOX_H
#define AGORA_HTTP_API_OUTBOX_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status outbox_get_list(struct request *rq, struct response *rs);
enum agora_status outbox_post_retry(struct request *rq, struct response *rs);

#endif
