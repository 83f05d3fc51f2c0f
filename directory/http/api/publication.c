/* robots.txt and the sitemap are the same for everybody, and read rarely: they may be an hour old.
 */
#include "directory/http/api/publication.h"

#include <string.h>

#include "directory/domain/publication.h"
#include "directory/http/input.h"

enum { PART_DIGITS = 6 };

static const char hour[] = "public, max-age=3600";

enum agora_status publication_get_mine(struct request *rq, struct response *rs)
{
    const char *mine;
    enum agora_status s = publication_mine(&rq->work, rq->viewer.account, &mine);

    return s == AGORA_OK ? response_json(rs, 200, mine) : s;
}

enum agora_status publication_put_mine(struct request *rq, struct response *rs)
{
    const char *search_engines, *ai_crawlers, *mine;
    const struct input_field fields[] = {
        {"search_engines", INPUT_BOOL, .required = true, .out = &search_engines},
        {"ai_crawlers", INPUT_BOOL, .required = true, .out = &ai_crawlers},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = publication_put(&rq->work, rq->viewer.account, search_engines, ai_crawlers, &mine);
    return s == AGORA_OK ? response_json(rs, 200, mine) : s;
}

enum agora_status robots_get(struct request *rq, struct response *rs)
{
    const char *text;
    enum agora_status s = publication_robots(&rq->work, &text);

    if (s != AGORA_OK)
        return s;
    response_cache(rs, hour);
    return response_bytes(rs, 200, "text/plain; charset=utf-8", text, strlen(text));
}

static enum agora_status answer_sitemap(struct request *rq, struct response *rs, const char *part)
{
    const char *xml;
    enum agora_status s = publication_sitemap(&rq->work, part, &xml);

    if (s != AGORA_OK)
        return s;
    response_cache(rs, hour);
    return response_bytes(rs, 200, "application/xml", xml, strlen(xml));
}

enum agora_status sitemap_get(struct request *rq, struct response *rs)
{
    return answer_sitemap(rq, rs, NULL);
}

enum agora_status sitemap_get_part(struct request *rq, struct response *rs)
{
    const char *part = request_path(rq, "part");
    size_t n = strspn(part, "0123456789");

    if (n == 0 || n > PART_DIGITS || part[n] != '\0')
        return error_set(&rq->work.error, AGORA_NOT_FOUND, NULL, NULL);
    return answer_sitemap(rq, rs, part);
}
