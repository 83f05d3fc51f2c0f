/* Parts come as the resumable uploads of tus have it: Upload-Offset says where a part begins, and
 * in each answer where the next one does. A page goes out so that a browser can show it in a
 * picture and do nothing else with it. */
#include "directory/http/api/evidence.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/domain/evidence_file.h"
#include "directory/domain/evidence_retention.h"
#include "directory/http/api/handler.h"
#include "directory/http/input.h"
#include "directory/http/response.h"

/* A picture, even one that a browser took for something else, runs nothing, loads nothing and is
 * shown in no frame. */
static const char *const page_csp = "default-src 'none'; sandbox; frame-ancestors 'none'";

enum agora_status evidence_get_list(struct request *rq, struct response *rs)
{
    return handler_by_id(rq, rs, 200, evidence_list);
}

enum agora_status evidence_post(struct request *rq, struct response *rs)
{
    struct evidence_announced a = {0};
    const char *vcase, *body, *id;
    const struct input_field fields[] = {
        {"evidence", INPUT_UUID, .required = true, .out = &a.evidence},
        {"name", INPUT_TEXT, .required = true, .min = 1, .max = 200, .out = &a.name},
        {"length", INPUT_INT, .required = true, .min = 1, .max = INT32_MAX, .out = &a.length},
    };
    enum agora_status s = request_path_uuid(rq, "id", &vcase);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = evidence_begin(&rq->work, rq->viewer.account, vcase, &a, &body, &id);
    if (s != AGORA_OK)
        return s;
    response_header(rs, "Location", talloc_asprintf(rq->work.mem, "/api/v1/files/%s", id));
    return response_json(rs, 201, body);
}

enum agora_status evidence_put_keeping(struct request *rq, struct response *rs)
{
    const char *id, *look_only, *body;
    const struct input_field fields[] = {
        {"look_only", INPUT_BOOL, .required = true, .out = &look_only},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = evidence_choose(&rq->work, rq->viewer.account, id, look_only, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

/* The header's value; -1 for none, or for what is no offset. */
static int64_t offset_of(const struct request *rq)
{
    const char *text = request_header(rq, "upload-offset");

    if (text == NULL || text[0] == '\0' || strlen(text) > 12 ||
        strspn(text, "0123456789") != strlen(text))
        return -1;
    return strtoll(text, NULL, 10);
}

static const char *number(struct request *rq, int64_t n)
{
    return talloc_asprintf(rq->work.mem, "%" PRId64, n);
}

static void tell_progress(struct request *rq, struct response *rs,
                          const struct evidence_progress *now)
{
    response_header(rs, "Upload-Offset", number(rq, now->received));
    response_header(rs, "Upload-Length", number(rq, now->octets));
}

enum agora_status evidence_get_one(struct request *rq, struct response *rs)
{
    struct evidence_progress now;
    const char *id, *body;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = evidence_get(&rq->work, rq->viewer.account, id, &body, &now);
    if (s != AGORA_OK)
        return s;
    tell_progress(rq, rs, &now);
    return response_json(rs, 200, body);
}

enum agora_status evidence_patch(struct request *rq, struct response *rs)
{
    struct evidence_progress now = {.received = -1};
    const char *id, *data;
    size_t len;
    int64_t offset = offset_of(rq);
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK && offset < 0)
        s = error_set(&rq->work.error, AGORA_MALFORMED, NULL,
                      "Say by Upload-Offset where the part begins.");
    if (s != AGORA_OK)
        return s;
    data = request_body(rq, &len);
    s = evidence_part(&rq->work, rq->viewer.account, id, offset, data, len, &now);
    if (s == AGORA_OK) {
        tell_progress(rq, rs, &now);
        return response_empty(rs, 204);
    }
    /* Whoever resumes at the wrong place is told the right one. */
    if (s == AGORA_CONFLICT && now.received >= 0)
        rq->problem_header = (struct request_pair){"Upload-Offset", number(rq, now.received)};
    return s;
}

enum agora_status evidence_delete(struct request *rq, struct response *rs)
{
    const char *id;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = evidence_remove(&rq->work, rq->viewer.account, id);
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}

enum agora_status evidence_post_noted(struct request *rq, struct response *rs)
{
    struct evidence_progress now;
    const char *id, *note, *body;
    const struct input_field fields[] = {
        {"note", INPUT_MULTILINE, .required = true, .min = 1, .max = 1000, .out = &note},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = evidence_noted(&rq->work, rq->viewer.account, id, note);
    if (s == AGORA_OK)
        s = evidence_get(&rq->work, rq->viewer.account, id, &body, &now);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

static bool is_page(const char *page)
{
    size_t len = strlen(page);

    return len >= 1 && len <= 3 && strspn(page, "0123456789") == len && page[0] != '0';
}

enum agora_status evidence_get_page(struct request *rq, struct response *rs)
{
    struct evidence_picture picture;
    const char *id, *page = request_path(rq, "page");
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK && !is_page(page))
        s = error_set(&rq->work.error, AGORA_NOT_FOUND, NULL, NULL);
    if (s == AGORA_OK)
        s = evidence_look(&rq->work, rq->viewer.account, id, page, &picture);
    if (s != AGORA_OK)
        return s;
    response_csp(rs, page_csp);
    response_cache(rs, "private, no-store");
    response_header(rs, "Content-Disposition",
                    talloc_asprintf(rq->work.mem, "attachment; filename=\"page-%s.%s\"", page,
                                    strcmp(picture.type, "image/png") == 0 ? "png" : "jpg"));
    return response_bytes(rs, 200, picture.type, picture.data, picture.len);
}
