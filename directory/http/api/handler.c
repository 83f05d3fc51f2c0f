/* Small on purpose: what differs between two handlers stays where it is read. */
#include "directory/http/api/handler.h"

#include <jansson.h>
#include <stdlib.h>
#include <talloc.h>

enum agora_status handler_by_id(struct request *rq, struct response *rs, unsigned status,
                                handler_act act)
{
    const char *id, *body;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = act(&rq->work, rq->viewer.account, id, &body);
    return s == AGORA_OK ? response_json(rs, status, body) : s;
}

enum agora_status handler_versioned(struct response *rs, unsigned status, const char *body,
                                    const char *etag)
{
    response_etag(rs, etag);
    return response_json(rs, status, body);
}

enum agora_status handler_sent_to(struct request *rq, struct response *rs, const char *email)
{
    json_t *o = json_pack("{s:s}", "sent_to", email);
    char *made = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
    const char *text = made != NULL ? talloc_strdup(rq->work.mem, made) : NULL;

    free(made);
    json_decref(o);
    return text != NULL ? response_json(rs, 202, text) : work_out_of_memory(&rq->work);
}
