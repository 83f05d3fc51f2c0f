/* /api/v1/blocks: whom one has blocked. */
#ifndef AGORA_HTTP_API_BLOCK_H
#define AGORA_HTTP_API_BLOCK_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status block_get_list(struct request *rq, struct response *rs);
enum agora_status block_put(struct request *rq, struct response *rs);
enum agora_status block_delete(struct request *rq, struct response *rs);

#endif
