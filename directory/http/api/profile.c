/* The merge patch goes to SQL whole: only there is known what the fields are. */
#include "directory/http/api/profile.h"

#include "directory/domain/profile.h"
#include "directory/http/api/handler.h"
#include "directory/http/input.h"

enum agora_status profile_get_mine(struct request *rq, struct response *rs)
{
    const char *mine, *etag;
    enum agora_status s = request_query_only(rq, NULL);

    if (s == AGORA_OK)
        s = profile_mine(&rq->work, rq->viewer.account, &mine, &etag);
    return s == AGORA_OK ? handler_versioned(rs, 200, mine, etag) : s;
}

enum agora_status profile_patch_mine(struct request *rq, struct response *rs)
{
    const char *patch, *mine, *etag;
    enum agora_status s = input_json_whole(rq, NULL, 0, &patch);

    if (s == AGORA_OK)
        s = profile_patch(&rq->work, rq->viewer.account, patch, request_etag(rq), &mine, &etag);
    return s == AGORA_OK ? handler_versioned(rs, 200, mine, etag) : s;
}
