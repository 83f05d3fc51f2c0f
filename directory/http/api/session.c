/* The session is a cookie that scripts cannot read; its secret is in no answer's body. */
#include "directory/http/api/session.h"

#include <string.h>

#include "directory/domain/session.h"
#include "directory/http/hub.h"
#include "directory/http/input.h"

enum agora_status api_session_read(struct request *rq, struct response *rs)
{
    const char *json;
    enum agora_status s = session_read(&rq->work, rq->viewer.session, &json);

    return s == AGORA_OK ? response_json(rs, 200, json) : s;
}

/* Who signs in anew leaves the session they had: its secret must not outlive the new one. */
static enum agora_status end_former(struct request *rq)
{
    if (!request_signed_in(rq))
        return AGORA_OK;
    enum agora_status s = session_end(&rq->work, rq->viewer.account, rq->viewer.session);
    hub_end(rq->hub,
            rq->viewer.account); /* the streams of other sessions come back by themselves */
    return s == AGORA_NOT_FOUND ? AGORA_OK : s;
}

enum agora_status api_session_create(struct request *rq, struct response *rs)
{
    const char *agent = request_header(rq, "user-agent");
    struct sign_in in = {.address = rq->address, .agent = agent != NULL ? agent : ""};
    struct sign_in_result out = {0};
    const struct input_field fields[] = {
        {"email", INPUT_EMAIL, .required = true, .out = &in.email},
        {"password", INPUT_SECRET, .required = true, .min = 1, .max = 256, .out = &in.password},
    };

    enum agora_status s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = session_sign_in(&rq->work, &in, &out);
    rq->retry_after_s = out.wait_s;
    if (s == AGORA_OK)
        s = end_former(rq);
    if (s != AGORA_OK)
        return s;
    response_session(rs, out.token, out.lasts_s);
    return response_json(rs, 201, out.json);
}

enum agora_status api_session_delete(struct request *rq, struct response *rs)
{
    enum agora_status s = end_former(rq);

    if (s != AGORA_OK)
        return s;
    response_session(rs, NULL, 0);
    return response_empty(rs, 204);
}

enum agora_status api_sessions_list(struct request *rq, struct response *rs)
{
    const char *json;
    enum agora_status s = session_list(&rq->work, rq->viewer.account, rq->viewer.session, &json);

    return s == AGORA_OK ? response_json(rs, 200, json) : s;
}

enum agora_status api_sessions_delete(struct request *rq, struct response *rs)
{
    const char *id;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = session_end(&rq->work, rq->viewer.account, id);
    if (s != AGORA_OK)
        return s;
    hub_end(rq->hub, rq->viewer.account);
    if (strcmp(id, rq->viewer.session) == 0)
        response_session(rs, NULL, 0);
    return response_empty(rs, 204);
}
