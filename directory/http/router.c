/* From method and path to a row of the table. Paths are split into segments once; matching compares
 * segment by segment. A table of a hundred rows is walked in a few microseconds, far below one
 * statement, so there is no tree. */
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "directory/http/request.h"
#include "directory/http/urlencoded.h"

enum { SEGMENTS_MAX = 16 };

struct pattern {
    const struct route *route;
    size_t n;
    const char *segments[SEGMENTS_MAX]; /* a parameter without its braces */
    bool parameter[SEGMENTS_MAX];
};

struct router {
    size_t n;
    struct pattern patterns[];
};

/* Cut "/a/b" into "a", "b", in place. @return how many, or SEGMENTS_MAX + 1 when there are more */
static size_t split(char *path, const char *segments[])
{
    size_t n = 0;

    while (path != NULL && *path == '/') {
        *path++ = '\0';
        if (n == SEGMENTS_MAX)
            return n + 1;
        segments[n++] = path;
        path = strchr(path, '/');
    }
    return n;
}

static bool same_shape(const struct pattern *a, const struct pattern *b)
{
    if (a->n != b->n || strcmp(a->route->method, b->route->method) != 0)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (a->parameter[i] != b->parameter[i] ||
            (!a->parameter[i] && strcmp(a->segments[i], b->segments[i]) != 0))
            return false;
    return true;
}

static bool compile(struct router *r, const struct route *route)
{
    struct pattern *p = &r->patterns[r->n];
    char *path = talloc_strdup(r, route->path);
    size_t parameters = 0;

    *p = (struct pattern){.route = route};
    if (path == NULL || path[0] != '/' || route->handle == NULL || route->method == NULL)
        return false;
    p->n = split(path, p->segments);
    if (p->n > SEGMENTS_MAX)
        return false;
    for (size_t i = 0; i < p->n; i++) {
        char *segment = (char *)(size_t)p->segments[i];
        size_t len = strlen(segment);
        if (segment[0] != '{')
            continue;
        if (len < 3 || segment[len - 1] != '}' || ++parameters > ROUTE_PARAMETERS)
            return false;
        segment[len - 1] = '\0';
        p->segments[i] = segment + 1;
        p->parameter[i] = true;
    }
    for (size_t i = 0; i < r->n; i++)
        if (same_shape(&r->patterns[i], p))
            return false;
    r->n++;
    return true;
}

struct router *router_make(void *mem, const struct route routes[], size_t n, struct error *e)
{
    struct router *r = talloc_size(mem, sizeof *r + n * sizeof r->patterns[0]);

    if (r == NULL) {
        error_detail(e, AGORA_INTERNAL, "out of memory");
        return NULL;
    }
    r->n = 0;
    for (size_t i = 0; i < n; i++) {
        if (!compile(r, &routes[i])) {
            error_set(e, AGORA_INVALID_FIELD, NULL, "Route %zu (%s %s) is not right.", i,
                      routes[i].method, routes[i].path);
            talloc_free(r);
            return NULL;
        }
    }
    return r;
}

static bool matches(const struct pattern *p, const char *const segments[], size_t n)
{
    if (p->n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (p->parameter[i] ? segments[i][0] == '\0' : strcmp(p->segments[i], segments[i]) != 0)
            return false;
    return true;
}

/* Whether @a a is the closer match: fixed where @a b has a parameter, first from the left. */
static bool closer(const struct pattern *a, const struct pattern *b)
{
    for (size_t i = 0; i < a->n; i++)
        if (a->parameter[i] != b->parameter[i])
            return b->parameter[i];
    return false;
}

static void capture(const struct pattern *p, const char *const segments[], struct route_match *out)
{
    *out = (struct route_match){.route = p->route};
    for (size_t i = 0; i < p->n; i++) {
        if (!p->parameter[i])
            continue;
        out->names[out->n] = p->segments[i];
        out->values[out->n++] = segments[i];
    }
}

enum route_found router_find(const struct router *r, void *mem, const char *method,
                             const char *path, struct route_match *out, const char **allow)
{
    const char *segments[SEGMENTS_MAX + 1];
    const struct pattern *best = NULL;
    char *copy = talloc_strdup(mem, path), *methods = talloc_strdup(mem, "");

    if (copy == NULL || copy[0] != '/')
        return ROUTE_BAD_PATH;
    size_t n = split(copy, segments);
    if (n > SEGMENTS_MAX)
        return ROUTE_UNKNOWN;
    for (size_t i = 0; i < n; i++)
        if (!url_decode((char *)(size_t)segments[i], false) || strchr(segments[i], '/') != NULL)
            return ROUTE_BAD_PATH;
    if (strcmp(method, "HEAD") == 0)
        method = "GET";
    for (size_t i = 0; i < r->n; i++) {
        const struct pattern *p = &r->patterns[i];
        if (!matches(p, segments, n))
            continue;
        methods = talloc_asprintf_append(methods, "%s%s%s", methods[0] != '\0' ? ", " : "",
                                         p->route->method,
                                         strcmp(p->route->method, "GET") == 0 ? ", HEAD" : "");
        if (methods == NULL)
            return ROUTE_BAD_PATH;
        if (strcmp(p->route->method, method) == 0 && (best == NULL || closer(p, best)))
            best = p;
    }
    if (best == NULL) {
        *allow = methods;
        return methods[0] != '\0' ? ROUTE_NOT_METHOD : ROUTE_UNKNOWN;
    }
    capture(best, segments, out);
    return ROUTE_FOUND;
}
