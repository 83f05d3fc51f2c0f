/* The handle in the path names whom; nothing else is sent or answered. */
#include "directory/http/api/block.h"

#include "directory/domain/block.h"

enum agora_status block_get_list(struct request *rq, struct response *rs)
{
    const char *out;
    enum agora_status s = block_list(&rq->work, rq->viewer.account, &out);

    return s == AGORA_OK ? response_json(rs, 200, out) : s;
}

enum agora_status block_put(struct request *rq, struct response *rs)
{
    enum agora_status s = block_add(&rq->work, rq->viewer.account, request_path(rq, "handle"));

    return s == AGORA_OK ? response_empty(rs, 204) : s;
}

enum agora_status block_delete(struct request *rq, struct response *rs)
{
    enum agora_status s = block_lift(&rq->work, rq->viewer.account, request_path(rq, "handle"));

    return s == AGORA_OK ? response_empty(rs, 204) : s;
}
