/* The rules are in sql/directory/functions/publication.sql. */
#include "directory/domain/publication.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "directory/base/config.h"
#include "directory/base/text.h"
#include "directory/db/db.h"

static const char *const agents[] = {
#define AGENT(name) name,
#define NAMED(name)
#include "directory/domain/ai_crawlers.def"
#undef AGENT
#undef NAMED
};

static const char *const tokens[] = {
#define AGENT(name) name,
#define NAMED(name) name,
#include "directory/domain/ai_crawlers.def"
#undef AGENT
#undef NAMED
};

enum agora_status publication_mine(struct work *w, const char *viewer, const char **mine)
{
    return DB_JSON(w, QUERY_PUBLICATION_MINE, mine, viewer);
}

enum agora_status publication_put(struct work *w, const char *viewer, const char *search_engines,
                                  const char *ai_crawlers, const char **mine)
{
    return DB_JSON(w, QUERY_PUBLICATION_PUT, mine, viewer, search_engines, ai_crawlers);
}

enum agora_status publication_page(struct work *w, const char *handle, const char **page)
{
    return DB_JSON(w, QUERY_PUBLIC_PAGE, page, handle);
}

enum agora_status publication_leaf(struct work *w, const char *viewer, const char *handle,
                                   const char **profile)
{
    return DB_JSON(w, QUERY_MEMBER_LEAF, profile, viewer, handle);
}

enum agora_status publication_sitemap(struct work *w, const char *part, const char **xml)
{
    return DB_JSON(w, QUERY_SITEMAP, xml, w->config->agora_base_url, part);
}

/* The pages that AI crawlers may read; everything else is closed to them. */
static enum agora_status add_open(struct work *w, struct text *t)
{
    const char *handles;
    enum agora_status s = db_json(w, QUERY_AI_OPEN, 0, NULL, &handles);

    if (s != AGORA_OK)
        return s;
    while (*handles != '\0') {
        size_t n = strcspn(handles, " ");
        text_add(t, "Allow: /m/");
        text_add_n(t, handles, n);
        text_add(t, "$\n");
        handles += n + strspn(handles + n, " ");
    }
    return AGORA_OK;
}

enum agora_status publication_robots(struct work *w, const char **out)
{
    struct text t;
    enum agora_status s = AGORA_OK;

    text_begin(&t, w->mem);
    text_add(&t, "# Pages of members who did not choose to be in search engines say so themselves "
                 "(noindex).\nUser-agent: *\nDisallow: /?\nDisallow: /embed/\nDisallow: "
                 "/oauth2/\n\n# Programs that gather text for language models.\n");
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++)
        text_all(&t, "User-agent: ", tokens[i], "\n");
    if (w->config->public_ai_crawlers)
        s = add_open(w, &t);
    text_all(&t, "Disallow: /\n\nSitemap: ", w->config->agora_base_url, "/sitemap.xml\n");
    if (s == AGORA_OK && (*out = text_end(&t)) == NULL)
        return work_out_of_memory(w);
    return s;
}

bool publication_is_ai(const char *user_agent)
{
    for (size_t i = 0; user_agent != NULL && i < sizeof agents / sizeof agents[0]; i++)
        if (strcasestr(user_agent, agents[i]) != NULL)
            return true;
    return false;
}

/* What follows @a start, in any case, when @a text begins with it. */
static const char *after(const char *text, const char *start)
{
    size_t n = strlen(start);

    return strncasecmp(text, start, n) == 0 ? text + n : NULL;
}

const char *publication_named(const void *mem, const char *base_url, const char *resource)
{
    const char *authority = strstr(base_url, "://"), *rest = after(resource, base_url);

    if (rest != NULL)
        rest = after(rest, "/m/");
    if (rest != NULL)
        return rest[strcspn(rest, "/?#")] == '\0' ? talloc_strdup(mem, rest) : NULL;
    rest = after(resource, "acct:");
    const char *at = rest != NULL ? strrchr(rest, '@') : NULL;
    if (at == NULL || authority == NULL)
        return NULL;
    size_t host = strcspn(authority + 3, "/");
    if (strlen(at + 1) != host || strncasecmp(at + 1, authority + 3, host) != 0)
        return NULL;
    return talloc_strndup(mem, rest, (size_t)(at - rest));
}

/* Whether @a n octets are scheme, host and perhaps port: nothing that could end a directive of the
 * policy or begin another. */
static bool is_origin(const char *text, size_t n)
{
    size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
                    : strncmp(text, "http://", 7) == 0 ? 7
                                                       : 0;

    for (size_t i = scheme; i < n; i++)
        if (!isalnum((unsigned char)text[i]) && strchr(".-:", text[i]) == NULL)
            return false;
    return scheme > 0 && n > scheme;
}

enum agora_status publication_embedders(struct work *w, const char **origins)
{
    const char *at = w->config->public_embed_origins;
    struct text t;

    text_begin(&t, w->mem);
    while (*(at += strspn(at, " \t")) != '\0') {
        size_t n = strcspn(at, " \t");
        if (is_origin(at, n)) {
            text_add(&t, t.len > 0 ? " " : "");
            text_add_n(&t, at, n);
        }
        at += n;
    }
    if (text_end(&t) == NULL)
        return work_out_of_memory(w);
    if (t.len == 0)
        return error_set(&w->error, AGORA_NOT_FOUND, NULL, NULL);
    *origins = t.at;
    return AGORA_OK;
}
