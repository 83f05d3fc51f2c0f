/*
 * A server for tests as its clients meet it: a table of routes with handlers of the tests' own,
 * hooks that keep everything in memory, requests as octets on a socket.
 */
#ifndef AGORA_TESTS_UNIT_HTTP_SERVER_H
#define AGORA_TESTS_UNIT_HTTP_SERVER_H

#include "tests/unit/http_client.h"

#include <semaphore.h>

#include "directory/http/hub.h"
#include "directory/http/input.h"
#include "directory/http/response.h"
#include "directory/http/server.h"

static const char *const member_id = "0190abcd-0000-7000-8000-00000000000f";

static struct {
    void *mem;
    struct config config;
    char path[64];
    struct http_server *server;
    sem_t entered, released; /* of the handlers that block */
    int made;                /* how often a thing was made */
    int abandoned;
    char kept_key[64], kept_hash[65], kept_answer[256];
} t;

static enum agora_status hello(struct request *rq, struct response *rs)
{
    const char *name = request_path(rq, "name");

    return response_json(rs, 200,
                         talloc_asprintf(rq->work.mem, "{\"hello\":\"%s\"}", name ? name : "all"));
}

static enum agora_status who_am_i(struct request *rq, struct response *rs)
{
    return response_json(rs, 200, talloc_asprintf(rq->work.mem, "\"%s\"", rq->viewer.account));
}

static enum agora_status make_thing(struct request *rq, struct response *rs)
{
    const char *why;
    const struct input_field fields[] = {
        {"why", INPUT_TEXT, .required = true, .max = 20, .out = &why}};
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s != AGORA_OK)
        return s;
    t.made++;
    response_etag(rs, "1");
    return response_json(rs, 201, talloc_asprintf(rq->work.mem, "{\"n\":%d}", t.made));
}

static enum agora_status long_text(struct request *rq, struct response *rs)
{
    char *text = talloc_size(rq->work.mem, 5003);

    memset(text, 'x', 5002);
    text[0] = text[5001] = '"';
    text[5002] = '\0';
    response_etag(rs, "v5");
    return response_json(rs, 200, text);
}

static enum agora_status block(struct request *rq, struct response *rs)
{
    (void)rq;
    sem_post(&t.entered);
    sem_wait(&t.released);
    return response_json(rs, 200, "\"done\"");
}

static enum agora_status listen_to_events(struct request *rq, struct response *rs)
{
    enum agora_status s = response_events(rs, rq->hub, member_id);

    /* Something happens while what was missed is looked up. */
    hub_publish(rq->hub, member_id, 7, "case", "{\"meanwhile\":1}");
    return s == AGORA_OK ? response_events_missed(rs, "id: 6\ndata: {}\n\n") : s;
}

static enum agora_status bad_header(struct request *rq, struct response *rs)
{
    response_header(rs, "X-Bad", "a\r\nSet-Cookie: b");
    (void)rq;
    return response_json(rs, 200, "1");
}

static enum agora_status form(struct request *rq, struct response *rs)
{
    (void)rq;
    return response_empty(rs, 204);
}

/* clang-format off */
static const struct route routes[] = {
    {"GET", "/hello", WHO_PUBLIC, 0, LANE_FAST, 0, hello},
    {"GET", "/hello/{name}", WHO_PUBLIC, 0, LANE_FAST, 0, hello},
    {"GET", "/me", WHO_SIGNED_IN, 0, LANE_FAST, 0, who_am_i},
    {"GET", "/admin", WHO_ADMIN, 0, LANE_FAST, 0, who_am_i},
    {"GET", "/forgotten", 0, 0, LANE_FAST, 0, who_am_i},
    {"POST", "/things", WHO_MEMBER, 1000, LANE_FAST, ROUTE_IDEMPOTENT, make_thing},
    {"PUT", "/things", WHO_MEMBER, 1000, LANE_FAST, ROUTE_IF_MATCH, make_thing},
    {"POST", "/token", WHO_PUBLIC, 100, LANE_FAST, ROUTE_FORM | ROUTE_NO_CSRF, form},
    {"POST", "/sign-in", WHO_PUBLIC, 100, LANE_FAST, ROUTE_RATE_SIGN_IN, form},
    {"GET", "/long", WHO_PUBLIC, 0, LANE_FAST, 0, long_text},
    {"GET", "/bad-header", WHO_PUBLIC, 0, LANE_FAST, 0, bad_header},
    {"GET", "/slow", WHO_PUBLIC, 0, LANE_SLOW, 0, block},
    {"GET", "/events", WHO_PUBLIC, 0, LANE_FAST, 0, listen_to_events},
};
/* clang-format on */

static enum agora_status authenticate(struct work *w, const char *token, struct viewer *viewer)
{
    if (strcmp(token, "away") == 0)
        return error_set(&w->error, AGORA_UNAVAILABLE, NULL, "Away.");
    if (strcmp(token, "member") == 0) {
        snprintf(viewer->account, sizeof viewer->account, "%s", member_id);
        viewer->roles = WHO_MEMBER;
    }
    return AGORA_OK;
}

static enum agora_status begin(struct work *w, const char *account, const char *route,
                               const char *key, const char *hash, unsigned *status,
                               const char **answer, const char **etag)
{
    assert_string_equal(account, member_id);
    assert_string_equal(route, "POST /things");
    if (strcmp(t.kept_key, key) != 0) {
        snprintf(t.kept_hash, sizeof t.kept_hash, "%s", hash);
        return AGORA_OK;
    }
    if (strcmp(t.kept_hash, hash) != 0)
        return error_set(&w->error, AGORA_KEY_REUSED, NULL, NULL);
    *status = 201;
    *answer = t.kept_answer;
    *etag = "1";
    return AGORA_OK;
}

static enum agora_status keep(struct work *w, const char *account, const char *route,
                              const char *key, unsigned status, const char *answer,
                              const char *etag)
{
    (void)w, (void)account, (void)route;
    assert_int_equal(status, 201);
    assert_string_equal(etag, "1");
    snprintf(t.kept_key, sizeof t.kept_key, "%s", key);
    snprintf(t.kept_answer, sizeof t.kept_answer, "%s", answer);
    return AGORA_OK;
}

static void abandon(struct work *w)
{
    (void)w;
    t.abandoned++;
}

static const struct http_hooks hooks = {NULL, authenticate, begin, keep, abandon};

static inline int start(void **state)
{
    struct error e;
    struct config *defaults = NULL;

    (void)state;
    t.mem = talloc_new(NULL);
    if (config_read(t.mem, NULL, &defaults, &e) != AGORA_OK)
        return -1;
    t.config = *defaults;
    snprintf(t.path, sizeof t.path, "/tmp/agora-server-test.%d", (int)getpid());
    t.config.http_listen = t.path;
    t.config.http_static_dir = "";
    t.config.http_workers = 4;
    t.config.http_sign_in_rate = 2;
    t.config.agora_base_url = "http://localhost:1";
    sem_init(&t.entered, 0, 0);
    sem_init(&t.released, 0, 0);
    t.made = t.abandoned = 0;
    t.kept_key[0] = '\0';
    return http_start(t.mem, &t.config, routes, sizeof routes / sizeof routes[0], &hooks, &t.server,
                      &e) == AGORA_OK
               ? 0
               : -1;
}

static inline int stop(void **state)
{
    (void)state;
    if (t.server != NULL)
        http_stop(t.server);
    t.server = NULL;
    talloc_free(t.mem);
    return 0;
}

/* One request on a connection of its own: "METHOD /path", more header lines (or NULL), body (or
 * NULL). */
static inline void ask(struct answer *a, const char *line, const char *headers, const char *body)
{
    char text[70000];
    int fd = open_client(t.path);
    size_t n = (size_t)snprintf(text, sizeof text, "%s HTTP/1.1\r\nHost: localhost:1\r\n%s", line,
                                headers != NULL ? headers : "");

    if (body != NULL)
        n += (size_t)snprintf(text + n, sizeof text - n, "Content-Length: %zu\r\n", strlen(body));
    snprintf(text + n, sizeof text - n, "Connection: close\r\n\r\n%s", body != NULL ? body : "");
    send_text(fd, text);
    read_answer(fd, a, NULL);
    close(fd);
}

static inline void expect(const char *line, const char *headers, const char *body, int status)
{
    struct answer a;

    ask(&a, line, headers, body);
    if (a.status != status)
        fail_msg("%s: %d instead of %d: %s", line, a.status, status, a.body);
    if (status >= 400 && (!has_header(&a, "Content-Type: application/problem+json") ||
                          strstr(a.body, "\"type\":\"/errors/") == NULL))
        fail_msg("%s: no problem: %s", line, a.text);
}

#endif
