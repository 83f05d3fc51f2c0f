/* Both answers depend on who asks: nothing here is kept by a cache. */
#include "directory/http/api/member.h"

#include <talloc.h>

#include "directory/domain/profile.h"
#include "directory/domain/search.h"
#include "directory/http/api/handler.h"
#include "directory/http/input.h"

static const char *viewer_of(const struct request *rq)
{
    return request_signed_in(rq) ? rq->viewer.account : NULL;
}

/* The values of a repeated parameter, empty ones left out, as input_query() does. */
static const char *const *values_of(struct request *rq, const char *name, size_t *n)
{
    size_t all, kept = 0;
    const char *const *values = request_query_all(rq, name, &all);
    const char **out = talloc_array(rq->work.mem, const char *, (unsigned)all + 1);

    for (size_t i = 0; out != NULL && i < all; i++)
        if (values[i][0] != '\0')
            out[kept++] = values[i];
    *n = kept;
    return out;
}

enum agora_status member_search(struct request *rq, struct response *rs)
{
    const char *body;
    struct search_ask ask = {.address = rq->address, .wait_s = &rq->retry_after_s};
    const struct input_field fields[] = {
        {"q", INPUT_TEXT, .max = 200, .out = &ask.q},
        {"topic", INPUT_TEXT_LIST, .items = 10, .max = 40},
        {"country", INPUT_TEXT_LIST, .items = 20, .max = 2},
        {"level", INPUT_INT, .min = 0, .max = 4, .out = &ask.level},
        {"near", INPUT_TEXT, .max = 100, .out = &ask.near},
        {"km", INPUT_INT, .min = 1, .max = 2000, .out = &ask.km},
        {"limit", INPUT_INT, .min = 0, .max = 100, .out = &ask.limit},
        {"cursor", INPUT_TEXT, .max = 200, .out = &ask.cursor},
        {"facets", INPUT_CHOICE, .choices = "true false", .out = &ask.facets},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s != AGORA_OK)
        return s;
    ask.topics = values_of(rq, "topic", &ask.topics_n);
    ask.countries = values_of(rq, "country", &ask.countries_n);
    s = search_members(&rq->work, viewer_of(rq), &ask, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status member_get(struct request *rq, struct response *rs)
{
    const char *preview, *page, *etag;
    const struct input_field fields[] = {
        {"as", INPUT_CHOICE, .choices = "public members contacts", .out = &preview},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s == AGORA_OK)
        s = profile_page(&rq->work, viewer_of(rq), request_path(rq, "handle"), preview, &page,
                         &etag);
    return s == AGORA_OK ? handler_versioned(rs, 200, page, etag) : s;
}
