/* The page that goes out is the app's own, with its title, its word to robots and its <noscript>
 * replaced: with JavaScript it is the app as ever, without it reads as a plain page. Where the
 * database is away the app's page goes out as it is, with 503. */
#include "directory/http/api/public_page.h"

#include <jansson.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/config.h"
#include "directory/domain/contact_card.h"
#include "directory/domain/publication.h"
#include "directory/domain/search.h"
#include "directory/http/api/page_view.h"
#include "directory/http/server.h"

enum {
    Q_MAX = 800,
    TOPICS_MAX = 10,
    COUNTRIES_MAX = 20,
    CURSOR_MAX = 200,
    NEAR_MAX = 100,
    KM_MAX = 4,
    VALUE_MAX = 40
};

/* What is put into the app's page. */
struct page {
    const char *title; /* as it came; NULL keeps the app's */
    struct text head;  /* HTML, before </head> */
    struct text main;  /* HTML of <main> */
    bool listed;       /* search engines may have it */
};

/* Add the part of the app's page up to @a mark. @return what follows the mark; NULL when it is not
 * there */
static const char *add_up_to(struct text *t, const char *at, const char *mark)
{
    const char *found = strstr(at, mark);

    if (found == NULL)
        return NULL;
    text_add_n(t, at, (size_t)(found - at));
    return found + strlen(mark);
}

static void add_title(struct text *t, const struct page *p, const char *organisation)
{
    text_add(t, "<title>");
    if (p->title != NULL) {
        text_html(t, p->title);
        text_add(t, " - ");
    }
    text_html(t, organisation);
    text_add(t, "</title>");
}

static void add_noscript(struct text *t, const struct page *p, const char *organisation)
{
    text_add(t, "<noscript>\n<link rel=\"stylesheet\" href=\"/plain.css\">\n<div class=\"plain "
                "broad\">\n<header><a href=\"/\">");
    text_html(t, organisation);
    text_add(t, "</a></header>\n<main>\n");
    text_add_n(t, p->main.at, p->main.len);
    text_add(t, "<p class=\"muted\">Signing in, and asking to be introduced, needs JavaScript."
                "</p>\n</main>\n</div>\n</noscript>");
}

/* The app's page with ours in it, or NULL when it has not the places for it. */
static char *fill(struct request *rq, const char *shell, const struct page *p)
{
    const char *organisation = rq->work.config->agora_organisation;
    const char *at = shell, *robots = "<meta name=\"robots\" content=\"noindex\" />";
    struct text t;

    text_begin(&t, rq->work.mem);
    if ((at = add_up_to(&t, at, robots)) == NULL)
        return NULL;
    text_add(&t, p->listed ? "" : robots);
    if ((at = add_up_to(&t, at, "<title>")) == NULL || (at = strstr(at, "</title>")) == NULL)
        return NULL;
    add_title(&t, p, organisation);
    if ((at = add_up_to(&t, at + strlen("</title>"), "</head>")) == NULL)
        return NULL;
    text_add_n(&t, p->head.at, p->head.len);
    text_add(&t, "</head>");
    if ((at = add_up_to(&t, at, "<noscript>")) == NULL || (at = strstr(at, "</noscript>")) == NULL)
        return NULL;
    add_noscript(&t, p, organisation);
    text_add(&t, at + strlen("</noscript>"));
    return text_end(&t);
}

static enum agora_status answer(struct request *rq, struct response *rs, unsigned status,
                                struct page *p)
{
    size_t len;
    const char *shell = http_page(rq->server, &len);

    if (shell == NULL)
        return error_set(&rq->work.error, AGORA_NOT_FOUND, NULL, NULL);
    if (p != NULL && (text_end(&p->head) == NULL || text_end(&p->main) == NULL))
        return work_out_of_memory(&rq->work);
    const char *html = p != NULL ? fill(rq, shell, p) : NULL;
    if (p == NULL) /* the database is away: robots come again, the app says so itself */
        response_header(rs, "Retry-After", "2");
    else if (!p->listed)
        response_header(rs, "X-Robots-Tag", "noindex");
    response_cache(rs, "no-cache");
    return response_html(rs, status, html != NULL ? html : shell, NULL);
}

static void begin(struct page *p, struct request *rq, const char *title)
{
    *p = (struct page){.title = title};
    text_begin(&p->head, rq->work.mem);
    text_begin(&p->main, rq->work.mem);
}

/* Values of a repeated parameter that can be meant. */
static const char *const *read_values(struct request *rq, const char *name, size_t most, size_t *n)
{
    size_t all, kept = 0;
    const char *const *values = request_query_all(rq, name, &all);
    const char **out = talloc_array(rq->work.mem, const char *, (unsigned)most);

    for (size_t i = 0; out != NULL && i < all && kept < most; i++)
        if (values[i][0] != '\0' && strlen(values[i]) <= VALUE_MAX)
            out[kept++] = values[i];
    *n = kept;
    return out;
}

static const char *read_value(struct request *rq, const char *name, size_t most)
{
    const char *value = request_query(rq, name);

    return value != NULL && value[0] != '\0' && strlen(value) <= most ? value : NULL;
}

bool page_read_ask(struct request *rq, struct search_ask *ask)
{
    const char *level = read_value(rq, "level", 1);

    *ask = (struct search_ask){.q = read_value(rq, "q", Q_MAX),
                               .near = read_value(rq, "near", NEAR_MAX),
                               .cursor = read_value(rq, "cursor", CURSOR_MAX),
                               .address = rq->address,
                               .wait_s = &rq->retry_after_s};
    if (ask->near != NULL)
        ask->km = read_value(rq, "km", KM_MAX);
    if (level != NULL && level[0] >= '1' && level[0] <= '4')
        ask->level = level;
    ask->topics = read_values(rq, "topic", TOPICS_MAX, &ask->topics_n);
    ask->countries = read_values(rq, "country", COUNTRIES_MAX, &ask->countries_n);
    return ask->q != NULL || ask->topics_n > 0 || ask->countries_n > 0 || ask->level != NULL ||
           ask->near != NULL || ask->cursor != NULL || request_query(rq, "all") != NULL;
}

enum agora_status page_add_results(struct request *rq, struct text *t, const struct search_ask *ask,
                                   const struct page_place *place, unsigned *status)
{
    const char *body;
    enum agora_status s = search_members(&rq->work, NULL, ask, &body);

    *status = s == AGORA_PEOPLE_SEEN ? 429 : 200;
    if (s == AGORA_INVALID_FIELD || s == AGORA_PEOPLE_SEEN) {
        page_view_fault(t, rq->work.error.text);
        return AGORA_OK;
    }
    if (s != AGORA_OK)
        return s;
    json_t *page = json_loads(body, 0, NULL);
    page_view_results(t, page, ask, place);
    json_decref(page);
    return AGORA_OK;
}

enum agora_status page_get_search(struct request *rq, struct response *rs)
{
    static const struct page_place place = {.path = "/"};
    struct search_ask ask;
    struct page p;
    unsigned status;

    begin(&p, rq, NULL);
    text_add(&p.main, "<h1>Find members</h1>\n");
    bool asked = page_read_ask(rq, &ask);
    page_view_form(&p.main, &ask, &place);
    if (!asked)
        return answer(rq, rs, 200, &p);
    enum agora_status s = page_add_results(rq, &p.main, &ask, &place, &status);
    if (s != AGORA_OK)
        return answer(rq, rs, 503, NULL);
    if (status == 429)
        response_header(rs, "Retry-After",
                        talloc_asprintf(rq->work.mem, "%lld", (long long)rq->retry_after_s));
    return answer(rq, rs, status, &p);
}

/* What a robot that reads for language models must not have, and what is said to all of them. */
static bool keeps_out(struct request *rq, struct response *rs, const json_t *found)
{
    bool open =
        rq->work.config->public_ai_crawlers && json_is_true(json_object_get(found, "ai_crawlers"));

    if (open)
        return false;
    response_header(rs, "X-Robots-Tag", "noai, noimageai");
    response_header(rs, "tdm-reservation", "1"); /* W3C TDM Reservation Protocol */
    rq->problem_header = (struct request_pair){"tdm-reservation", "1"};
    return publication_is_ai(request_header(rq, "user-agent"));
}

static enum agora_status show(struct request *rq, struct response *rs, const json_t *found)
{
    const struct config *c = rq->work.config;
    const struct card_source source = {c->agora_base_url, c->agora_organisation};
    const json_t *profile = json_object_get(found, "profile");
    char *ld = person_ld_of(rq->work.mem, profile, &source);
    struct page p;

    if (ld == NULL)
        return work_out_of_memory(&rq->work);
    if (keeps_out(rq, rs, found))
        return error_set(&rq->work.error, AGORA_FORBIDDEN, NULL,
                         "This page is not for programs that gather text.");
    begin(&p, rq, json_string_value(json_object_get(profile, "shown_name")));
    p.listed = json_is_true(json_object_get(found, "search_engines"));
    text_add(&p.head, "<link rel=\"canonical\" href=\"");
    text_html(&p.head, c->agora_base_url);
    text_add(&p.head, "/m/");
    text_url(&p.head, request_path(rq, "handle"));
    text_add(&p.head, "\">\n<script type=\"application/ld+json\">");
    text_json_in_html(&p.head, ld);
    text_add(&p.head, "</script>\n");
    page_view_profile(&p.main, profile);
    return answer(rq, rs, 200, &p);
}

/* Nothing to see: gone for ever, as far as strangers are concerned, or never there. */
static enum agora_status show_nothing(struct request *rq, struct response *rs, bool gone)
{
    struct page p;

    begin(&p, rq, NULL);
    text_all(&p.main, "<h1>", gone ? "This profile is no longer public" : "No public profile here",
             "</h1>\n<p>",
             gone ? "It was withdrawn."
                  : "Members who show themselves to other "
                    "members only are seen by who signs in.",
             "</p>\n<p><a href=\"/\">Search the directory</a></p>\n");
    return answer(rq, rs, gone ? 410 : 404, &p);
}

enum agora_status page_get_profile(struct request *rq, struct response *rs)
{
    const char *page;
    enum agora_status s = publication_page(&rq->work, request_path(rq, "handle"), &page);

    if (s != AGORA_OK)
        return answer(rq, rs, 503, NULL);
    json_t *found = json_loads(page, 0, NULL);
    const char *state = json_string_value(json_object_get(found, "state"));
    if (state == NULL)
        s = work_out_of_memory(&rq->work);
    else if (strcmp(state, "shown") == 0)
        s = show(rq, rs, found);
    else
        s = show_nothing(rq, rs, strcmp(state, "gone") == 0);
    json_decref(found);
    return s;
}
