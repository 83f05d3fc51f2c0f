/* Writes the order for agora-fetch, runs it, reads its parcels. A URL is neither parsed nor trusted
 * here: there is one parser, the one that connects. */
#include "directory/domain/fetch.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/config.h"
#include "directory/base/log.h"
#include "directory/base/parcel.h"
#include "directory/domain/helper.h"
#include "directory/fetch/refusal.h"

enum { SPARE_SECONDS = 3 /* for the program's own start and end */, OUT_MAX = 1024 * 1024 };

static const struct {
    const char *name;
    enum agora_status status;
    const char *sentence;
} refusals[] = {
#define FETCH_REFUSAL(name, status, sentence) {#name, AGORA_##status, sentence},
#include "directory/fetch/refusals.def"
#undef FETCH_REFUSAL
};

/* A line for each word of a list that is separated by blanks. */
static char *add_each(char *order, const char *word, const char *list)
{
    while (order != NULL && *(list += strspn(list, " \t")) != '\0') {
        size_t n = strcspn(list, " \t");
        order = talloc_asprintf_append_buffer(order, "%s %.*s\n", word, (int)n, list);
        list += n;
    }
    return order;
}

static char *add(char *order, const char *word, const char *value)
{
    if (order == NULL || value[0] == '\0')
        return order;
    return talloc_asprintf_append_buffer(order, "%s %s\n", word, value);
}

/* What a member gave stands on one line of its own, or nowhere. */
static char *new_order(struct work *w, const char *word, const char *what)
{
    const struct config *c = w->config;
    char *order = add(talloc_strdup(w->mem, ""), word, what);

    order = add(order, "dns", c->fetch_dns_servers);
    if (!c->fetch_allow_loopback_for_tests)
        return order;
    order = add(order, "loopback", "yes");
    order = add(order, "ca", c->fetch_test_ca_file);
    return add_each(order, "port", c->fetch_test_ports);
}

static enum agora_status no_answer(struct work *w, const struct helper_end *end)
{
    bool killed = WIFSIGNALED(end->status);

    log_event(LOG_WARNING, "fetch_failed", w, "how",
              end->late       ? "late"
              : end->too_long ? "said too much"
                              : "died",
              killed ? "signal" : "status",
              LOG_NUMBER(killed ? WTERMSIG(end->status) : WEXITSTATUS(end->status)), "said",
              end->said, NULL);
    return error_detail(&w->error, AGORA_UNAVAILABLE, "agora-fetch: %s", end->said);
}

static enum agora_status refused(struct work *w, const struct parcel *p)
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        if (p->len == strlen(refusals[i].name) && memcmp(p->data, refusals[i].name, p->len) == 0)
            return error_set(&w->error, refusals[i].status, NULL, "%s", refusals[i].sentence);
    return AGORA_INTERNAL;
}

/* Run an order. @return AGORA_OK with an answer to be read, owned by w->mem */
static enum agora_status run(struct work *w, const char *order, struct helper_end *end)
{
    if (order == NULL)
        return work_out_of_memory(w);
    int fd = helper_text(order, strlen(order));
    if (fd < 0)
        return error_detail(&w->error, AGORA_INTERNAL, "no memory for an order");
    const struct helper h = {.program = "agora-fetch",
                             .in_fd = fd,
                             .out_max = OUT_MAX,
                             .seconds = FETCH_SECONDS + SPARE_SECONDS};
    enum agora_status s = helper_run(w, &h, end);
    close(fd);
    return s;
}

/* Whether what comes from outside can stand on one line of the order. */
static bool one_line(const char *text, size_t max)
{
    return text[0] != '\0' && strlen(text) <= max && strpbrk(text, "\r\n") == NULL;
}

static const char *text_of(struct work *w, const struct parcel *p)
{
    return talloc_strndup(w->mem, (const char *)p->data, p->len);
}

static bool take_part(struct work *w, const struct parcel *p, struct fetched *out)
{
    switch (p->kind) {
    case FETCH_PART_STATUS:
        out->status = p->len == 4 ? parcel_number(p->data) : 0;
        return out->status >= 100 && out->status <= 999;
    case FETCH_PART_URL:
        return (out->url = text_of(w, p)) != NULL;
    case FETCH_PART_ADDRESS:
        return (out->address = text_of(w, p)) != NULL;
    case FETCH_PART_TYPE:
        return (out->content_type = text_of(w, p)) != NULL;
    case FETCH_PART_BODY: {
        char *body = p->len <= FETCH_BODY_MAX ? talloc_size(w->mem, p->len + 1) : NULL;
        if (body == NULL)
            return false;
        memcpy(body, p->data, p->len);
        body[p->len] = '\0';
        out->body = body;
        out->body_len = p->len;
        return true;
    }
    default:
        return false;
    }
}

static enum agora_status get(struct work *w, const char *url, char *order, struct fetched *out)
{
    struct fetched got = {0};
    struct helper_end end;
    struct parcel p;
    enum parcel_found found;

    if (!one_line(url, FETCH_URL_MAX))
        return error_set(&w->error, AGORA_INVALID_FIELD, NULL, "%s",
                         refusals[FETCH_URL - 1].sentence);
    enum agora_status s = run(w, order, &end);
    if (s != AGORA_OK)
        return s;
    const unsigned char *at = end.out;
    size_t left = end.out_len;
    while ((found = parcel_next(&at, &left, &p)) == PARCEL_ONE) {
        if (p.kind == FETCH_PART_REFUSED && (s = refused(w, &p)) != AGORA_INTERNAL)
            return s;
        if (!take_part(w, &p, &got))
            return no_answer(w, &end);
    }
    if (found != PARCEL_END || got.status == 0 || got.url == NULL || got.address == NULL ||
        got.content_type == NULL || got.body == NULL)
        return no_answer(w, &end);
    *out = got;
    return AGORA_OK;
}

enum agora_status fetch_get(struct work *w, const char *url, struct fetched *out)
{
    return get(w, url, new_order(w, "get", url), out);
}

enum agora_status fetch_register(struct work *w, const char *url, struct fetched *out)
{
    char *order = new_order(w, "get", url);

    if (w->config->fetch_register_hosts[strspn(w->config->fetch_register_hosts, " \t")] == '\0')
        return error_set(&w->error, AGORA_INVALID_FIELD, NULL, "%s",
                         refusals[FETCH_HOST - 1].sentence);
    order = add_each(order, "host", w->config->fetch_register_hosts);
    order = add_each(order, "private", w->config->fetch_private_hosts);
    return get(w, url, order, out);
}

/* Printable ASCII, so that a record can be compared, logged and shown. */
static char *plain(struct work *w, const struct parcel *p)
{
    char *text = talloc_strndup(w->mem, (const char *)p->data, p->len);

    for (char *c = text; c != NULL && *c != '\0'; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    return text;
}

enum agora_status fetch_txt(struct work *w, const char *domain, char ***texts, size_t *n)
{
    char **list = talloc_zero_array(w->mem, char *, FETCH_TEXTS_MAX);
    struct helper_end end;
    struct parcel p;
    enum parcel_found found;
    size_t got = 0;

    if (!one_line(domain, FETCH_URL_MAX))
        return error_set(&w->error, AGORA_INVALID_FIELD, NULL, "%s",
                         refusals[FETCH_DOMAIN - 1].sentence);
    if (list == NULL)
        return work_out_of_memory(w);
    enum agora_status s = run(w, new_order(w, "txt", domain), &end);
    if (s != AGORA_OK)
        return s;
    const unsigned char *at = end.out;
    size_t left = end.out_len;
    while ((found = parcel_next(&at, &left, &p)) == PARCEL_ONE) {
        if (p.kind == FETCH_PART_REFUSED && (s = refused(w, &p)) != AGORA_INTERNAL)
            return s;
        if (p.kind != FETCH_PART_TEXT || got == FETCH_TEXTS_MAX || p.len > FETCH_TEXT_MAX ||
            (list[got++] = plain(w, &p)) == NULL)
            return no_answer(w, &end);
    }
    if (found != PARCEL_END)
        return no_answer(w, &end);
    *texts = list;
    *n = got;
    return AGORA_OK;
}

enum agora_status fetch_check_config(const struct config *c, struct error *e)
{
    const char *url = c->agora_base_url;
    bool tests = c->fetch_allow_loopback_for_tests;

    if (!tests && (c->fetch_test_ports[0] != '\0' || c->fetch_test_ca_file[0] != '\0'))
        return error_set(e, AGORA_INVALID_FIELD, NULL,
                         "[fetch] test_ports and test_ca_file are for tests alone, and need "
                         "allow_loopback_for_tests");
    if (tests && strncmp(url, "http://localhost", 16) != 0 && strncmp(url, "http://127.", 11) != 0)
        return error_set(e, AGORA_INVALID_FIELD, NULL,
                         "[fetch] allow_loopback_for_tests: not with this base_url, which others "
                         "can reach");
    return AGORA_OK;
}
