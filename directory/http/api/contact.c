/* A card holds what its viewer may see, and is kept by no cache, neither a shared one nor the
 * browser's. WebFinger (RFC 7033) knows public profiles alone. */
#include "directory/http/api/contact.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/config.h"
#include "directory/domain/contact_card.h"
#include "directory/domain/publication.h"
#include "directory/http/input.h"

enum { RELS_MAX = 10, REL_LEN = 200, RESOURCE_LEN = 500 };

typedef char *(*card_writer)(const void *mem, const json_t *profile, const struct card_source *s);

static enum agora_status answer_card(struct request *rq, struct response *rs, card_writer write,
                                     const char *type, const char *ending)
{
    struct work *w = &rq->work;
    const struct card_source source = {w->config->agora_base_url, w->config->agora_organisation};
    const char *handle = request_path(rq, "handle"), *profile;
    enum agora_status s = request_query_only(rq, NULL);

    if (s == AGORA_OK)
        s = publication_leaf(w, request_signed_in(rq) ? rq->viewer.account : NULL, handle,
                             &profile);
    if (s != AGORA_OK)
        return s;
    json_t *o = json_loads(profile, 0, NULL);
    char *card = o != NULL ? write(w->mem, o, &source) : NULL;
    char *name = talloc_asprintf(w->mem, "attachment; filename=\"%s.%s\"", handle, ending);
    json_decref(o);
    if (card == NULL || name == NULL)
        return work_out_of_memory(w);
    response_header(rs, "Content-Disposition", name);
    response_header(rs, "X-Robots-Tag", "noindex");
    response_cache(rs, "private, no-store");
    return response_bytes(rs, 200, type, card, strlen(card));
}

enum agora_status contact_get_vcard(struct request *rq, struct response *rs)
{
    return answer_card(rq, rs, vcard_of, "text/vcard; charset=utf-8", "vcf");
}

enum agora_status contact_get_jscontact(struct request *rq, struct response *rs)
{
    return answer_card(rq, rs, jscontact_of, "application/jscontact+json;version=1.0", "json");
}

/* A link, unless other relations were asked for. */
static void add_link(json_t *links, const char *const rels[], size_t n, const char *rel,
                     const char *type, const char *base, const char *path, const char *handle,
                     const char *rest)
{
    bool wanted = n == 0;

    for (size_t i = 0; i < n; i++)
        wanted = wanted || strcmp(rels[i], rel) == 0;
    if (wanted)
        json_array_append_new(links, json_pack("{s:s,s:s,s:s+++}", "rel", rel, "type", type, "href",
                                               base, path, handle, rest));
}

static char *descriptor(struct request *rq, const char *handle)
{
    const char *base = rq->work.config->agora_base_url;
    const char *host = strstr(base, "://") != NULL ? strstr(base, "://") + 3 : base;
    size_t n;
    const char *const *rels = request_query_all(rq, "rel", &n);
    json_t *links = json_array();

    add_link(links, rels, n, "http://webfinger.net/rel/profile-page", "text/html", base, "/m/",
             handle, "");
    add_link(links, rels, n, "alternate", "text/vcard", base, "/api/v1/members/", handle,
             "/card.vcf");
    add_link(links, rels, n, "alternate", "application/jscontact+json", base, "/api/v1/members/",
             handle, "/card.json");
    json_t *o = json_pack("{s:s+++,s:[s++],s:o}", "subject", "acct:", handle, "@", host, "aliases",
                          base, "/m/", handle, "links", links);
    char *made = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
    char *text = made != NULL ? talloc_strdup(rq->work.mem, made) : NULL;
    free(made);
    json_decref(o);
    return text;
}

/* Whether strangers find a profile there. */
static enum agora_status check_public(struct work *w, const char *handle)
{
    const char *page;
    enum agora_status s = publication_page(w, handle, &page);

    if (s != AGORA_OK)
        return s;
    json_t *o = json_loads(page, 0, NULL);
    const char *state = json_string_value(json_object_get(o, "state"));
    bool shown = state != NULL && strcmp(state, "shown") == 0;
    json_decref(o);
    return shown ? AGORA_OK : error_set(&w->error, AGORA_NOT_FOUND, NULL, NULL);
}

enum agora_status webfinger_get(struct request *rq, struct response *rs)
{
    const char *resource;
    const struct input_field fields[] = {
        {"resource", INPUT_TEXT, .max = RESOURCE_LEN, .out = &resource},
        {"rel", INPUT_TEXT_LIST, .items = RELS_MAX, .max = REL_LEN},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s != AGORA_OK)
        return s;
    if (resource == NULL) /* RFC 7033, 4.2: a bad request */
        return error_set(&rq->work.error, AGORA_MALFORMED, NULL,
                         "Say by resource whom you look for: acct:NAME@HOST.");
    const char *handle = publication_named(rq->work.mem, rq->work.config->agora_base_url, resource);
    if (handle == NULL)
        return error_set(&rq->work.error, AGORA_NOT_FOUND, NULL, NULL);
    s = check_public(&rq->work, handle);
    if (s != AGORA_OK)
        return s;
    const char *text = descriptor(rq, handle);
    if (text == NULL)
        return work_out_of_memory(&rq->work);
    return response_bytes(rs, 200, "application/jrd+json", text, strlen(text));
}
