/* The file is the body as it is; which column is which stands in the query. It is read by the
 * worker, and what came of it asked for afterwards. */
#include "directory/http/api/roster.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "directory/domain/roster.h"
#include "directory/http/api/handler.h"
#include "directory/http/input.h"

enum agora_status roster_get_list(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = roster_list(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

/* Fields that were given a column, as a JSON object. */
static enum agora_status make_mapping(struct request *rq, const struct input_field fields[],
                                      size_t n, const char **out)
{
    json_t *mapping = json_object();

    for (size_t i = 0; i < n; i++)
        if (*fields[i].out != NULL)
            json_object_set_new(mapping, fields[i].name, json_string(*fields[i].out));
    char *text = json_dumps(mapping, JSON_COMPACT);
    json_decref(mapping);
    *out = text != NULL ? talloc_strdup(rq->work.mem, text) : NULL;
    free(text);
    return *out != NULL ? AGORA_OK : work_out_of_memory(&rq->work);
}

static enum agora_status check_csv(struct request *rq)
{
    const char *type = request_header(rq, "content-type");

    return type != NULL && strncasecmp(type, "text/csv", 8) == 0 && strchr("; \t", type[8]) != NULL
               ? AGORA_OK
               : error_set(&rq->work.error, AGORA_UNSUPPORTED_TYPE, NULL,
                           "Send the file as text/csv.");
}

enum agora_status roster_post_import(struct request *rq, struct response *rs)
{
    const char *id, *name, *mapping, *body, *column[8];
    size_t len;
    const struct input_field fields[] = {
        {"file_name", INPUT_TEXT, .max = 200, .out = &name},
        {"number", INPUT_TEXT, .max = 200, .out = &column[0]},
        {"given_name", INPUT_TEXT, .max = 200, .out = &column[1]},
        {"family_name", INPUT_TEXT, .max = 200, .out = &column[2]},
        {"birthdate", INPUT_TEXT, .max = 200, .out = &column[3]},
        {"status", INPUT_TEXT, .max = 200, .out = &column[4]},
        {"expires_on", INPUT_TEXT, .max = 200, .out = &column[5]},
        {"grade", INPUT_TEXT, .max = 200, .out = &column[6]},
        {"since", INPUT_TEXT, .max = 200, .out = &column[7]},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = check_csv(rq);
    if (s == AGORA_OK)
        s = INPUT_QUERY(rq, fields);
    if (s == AGORA_OK)
        s = make_mapping(rq, fields + 1, INPUT_COUNT(fields) - 1, &mapping);
    const char *data = request_body(rq, &len);
    if (s == AGORA_OK)
        s = roster_begin(&rq->work, rq->viewer.account, id, name != NULL ? name : "roster.csv",
                         mapping, data, len, &body);
    return s == AGORA_OK ? response_json(rs, 202, body) : s;
}

enum agora_status roster_get_import(struct request *rq, struct response *rs)
{
    return handler_by_id(rq, rs, 200, roster_get);
}

enum agora_status roster_get_faults(struct request *rq, struct response *rs)
{
    const char *id, *csv;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = roster_faults(&rq->work, rq->viewer.account, id, &csv);
    if (s != AGORA_OK)
        return s;
    response_header(rs, "Content-Disposition", "attachment; filename=\"faults.csv\"");
    return response_bytes(rs, 200, "text/csv; charset=utf-8", csv, strlen(csv));
}

static enum agora_status decide(struct request *rq, struct response *rs, const char *doing)
{
    const char *id, *body;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = roster_decide(&rq->work, rq->viewer.account, id, doing, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status roster_post_apply(struct request *rq, struct response *rs)
{
    return decide(rq, rs, "apply");
}

enum agora_status roster_post_undo(struct request *rq, struct response *rs)
{
    return decide(rq, rs, "undo");
}

enum agora_status roster_delete_import(struct request *rq, struct response *rs)
{
    return decide(rq, rs, "discard");
}
