/*
 * The server as its clients meet it: a table of routes with handlers of the test's own, hooks that
 * keep everything in memory, requests as octets on a socket.
 */
#include "tests/unit/http_client.h"

#include <pthread.h>
#include <semaphore.h>

#include "directory/base/log.h"
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

static int start(void **state)
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

static int stop(void **state)
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
static void ask(struct answer *a, const char *line, const char *headers, const char *body)
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

static void expect(const char *line, const char *headers, const char *body, int status)
{
    struct answer a;

    ask(&a, line, headers, body);
    if (a.status != status)
        fail_msg("%s: %d instead of %d: %s", line, a.status, status, a.body);
    if (status >= 400 && (!has_header(&a, "Content-Type: application/problem+json") ||
                          strstr(a.body, "\"type\":\"/errors/") == NULL))
        fail_msg("%s: no problem: %s", line, a.text);
}

#define LAST_CHUNK "0\r\n\r\n"
#define MEMBER     "Cookie: agora=member\r\n"
#define OWN        MEMBER "Origin: http://localhost:1\r\nContent-Type: application/json\r\n"

static void a_handler_answers_with_what_the_path_says(void **state)
{
    struct answer a;

    (void)state;
    ask(&a, "GET /hello/J%C3%BCrg?x=1", NULL, NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "{\"hello\":\"Jürg\"}");
    assert_true(has_header(&a, "X-Request-Id: "));
    assert_true(has_header(&a, "X-Content-Type-Options: nosniff"));
    assert_true(has_header(&a, "Cache-Control: no-store"));
    assert_true(has_header(&a, "Content-Security-Policy: default-src 'none'"));
}

static void who_may_call_is_the_routes_word(void **state)
{
    (void)state;
    expect("GET /me", NULL, NULL, 401);
    expect("GET /me", "Cookie: agora=unknown\r\n", NULL, 401);
    expect("GET /me", "Cookie: agora=away\r\n", NULL, 503);
    expect("GET /me", MEMBER, NULL, 200);
    expect("GET /admin", NULL, NULL, 401);
    expect("GET /admin", MEMBER, NULL, 403);
    expect("GET /forgotten", MEMBER, NULL, 403);
    expect("GET /forgotten", NULL, NULL, 401);
}

static void other_addresses_and_methods_are_told_apart(void **state)
{
    struct answer a;

    (void)state;
    expect("GET /nothing", NULL, NULL, 404);
    expect("GET /hello/%zz", NULL, NULL, 400);
    expect("GET /hello?a=%zz", NULL, NULL, 400);
    ask(&a, "DELETE /things", NULL, NULL);
    assert_int_equal(a.status, 405);
    assert_true(has_header(&a, "Allow: POST, PUT"));
}

static void changes_from_other_sites_are_refused(void **state)
{
    const char *json = MEMBER "Content-Type: application/json\r\nIdempotency-Key: a\r\n";
    char headers[300];
    static const struct {
        const char *line;
        int status;
    } cases[] = {
        {"Sec-Fetch-Site: same-origin\r\n", 201},
        {"Sec-Fetch-Site: cross-site\r\n", 403},
        {"Sec-Fetch-Site: same-site\r\nOrigin: http://localhost:1\r\n", 403},
        {"Origin: http://localhost:1\r\n", 201},
        {"Origin: http://evil.example\r\n", 403},
        {"Origin: http://localhost:1.evil.example\r\n", 403},
        {"Origin: null\r\n", 403},
        {"", 403},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(headers, sizeof headers, "%s%s", json, cases[i].line);
        expect("POST /things", headers, "{\"why\":\"x\"}", cases[i].status);
    }
    assert_int_equal(t.made, 1);
    /* A program without a cookie is no browser; the token endpoint is for programs. */
    expect("POST /sign-in", "Content-Type: application/json\r\n", "{}", 204);
    expect("POST /sign-in", "Content-Type: application/json\r\nOrigin: http://evil.example\r\n",
           "{}", 403);
    expect("POST /token",
           "Content-Type: application/x-www-form-urlencoded\r\nOrigin: http://app.example\r\n",
           "a=1", 204);
}

static void bodies_are_taken_by_type_and_length(void **state)
{
    static char big[1200];

    (void)state;
    memset(big, ' ', sizeof big - 1);
    expect("POST /token", "Content-Type: application/json\r\n", "{}", 415);
    expect("POST /token", NULL, "a=1", 415);
    expect("PUT /things", OWN "If-Match: \"1\"\r\n", big, 413);
    expect("GET /me", OWN, "{}", 413);
}

static void a_chunked_body_keeps_to_the_limit(void **state)
{
    struct answer a;
    char text[4000];
    int fd = open_client(t.path);

    (void)state;
    size_t n = (size_t)snprintf(text, sizeof text,
                                "PUT /things HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" OWN
                                "If-Match: \"1\"\r\nTransfer-Encoding: chunked\r\n\r\n4b0\r\n");
    memset(text + n, ' ', 1200);
    snprintf(text + n + 1200, sizeof text - n - 1200, "\r\n0\r\n\r\n");
    send_text(fd, text);
    read_answer(fd, &a, NULL);
    assert_int_equal(a.status, 413);
    close(fd);
}

static void a_change_names_the_version_it_changes(void **state)
{
    (void)state;
    expect("PUT /things", OWN, "{\"why\":\"x\"}", 428);
    expect("PUT /things", OWN "If-Match: \"1\"\r\n", "{\"why\":\"x\"}", 201);
}

static void a_repeated_request_is_answered_again_and_done_once(void **state)
{
    struct answer a;

    (void)state;
    expect("POST /things", OWN, "{\"why\":\"x\"}", 400);
    expect("POST /things", OWN "Idempotency-Key: k\r\n", "{\"why\":\"x\"}", 201);
    ask(&a, "POST /things", OWN "Idempotency-Key: k\r\n", "{\"why\":\"x\"}");
    assert_int_equal(a.status, 201);
    assert_string_equal(a.body, "{\"n\":1}");
    assert_true(has_header(&a, "ETag: \"1\""));
    expect("POST /things", OWN "Idempotency-Key: k\r\n", "{\"why\":\"y\"}", 422);
    assert_int_equal(t.made, 1);
}

static void a_failed_request_is_undone_and_names_its_field(void **state)
{
    struct answer a;
    int abandoned = t.abandoned;

    (void)state;
    ask(&a, "POST /things", OWN "Idempotency-Key: f\r\n", "{\"why\":7}");
    assert_int_equal(a.status, 422);
    assert_non_null(strstr(a.body, "\"pointer\":\"/why\""));
    assert_int_equal(t.abandoned, abandoned + 1);
}

static void long_answers_are_compressed_for_those_who_can(void **state)
{
    struct answer a;

    (void)state;
    ask(&a, "GET /long", NULL, NULL);
    assert_int_equal(a.len - (size_t)(a.body - a.text), 5002);
    ask(&a, "GET /long", "Accept-Encoding: gzip, br\r\n", NULL);
    assert_true(has_header(&a, "Content-Encoding: gzip"));
    assert_true(has_header(&a, "Vary: Accept-Encoding"));
    assert_in_range(a.len - (size_t)(a.body - a.text), 20, 200);
    ask(&a, "GET /hello", "Accept-Encoding: gzip\r\n", NULL);
    assert_false(has_header(&a, "Content-Encoding: gzip"));
}

static void what_the_client_has_is_not_sent_again(void **state)
{
    struct answer a;

    (void)state;
    ask(&a, "GET /long", "If-None-Match: \"v5\"\r\n", NULL);
    assert_int_equal(a.status, 304);
    assert_string_equal(a.body, "");
    expect("GET /long", "If-None-Match: \"v4\"\r\n", NULL, 200);
    ask(&a, "HEAD /long", NULL, NULL);
    assert_int_equal(a.status, 200);
    assert_true(has_header(&a, "Content-Length: 5002"));
    assert_string_equal(a.body, "");
}

static void a_header_cannot_be_smuggled_out(void **state)
{
    struct answer a;

    (void)state;
    ask(&a, "GET /bad-header", NULL, NULL);
    assert_int_equal(a.status, 500);
    assert_null(strstr(a.text, "Set-Cookie"));
}

static void heads_keep_to_their_limit(void **state)
{
    static char headers[18000];

    (void)state;
    memset(headers, 'a', sizeof headers);
    memcpy(headers, "X-Long: ", 8);
    memcpy(headers + 17000, "\r\n", 3);
    expect("GET /hello", headers, NULL, 431);
    memcpy(headers + 12000, "\r\n", 3);
    expect("GET /hello", headers, NULL, 200);
}

static void signing_in_too_often_is_refused_with_a_time(void **state)
{
    struct answer a;
    const char *json = "Content-Type: application/json\r\n";

    (void)state;
    while (ask(&a, "POST /sign-in", json, "{}"), a.status == 204)
        assert_true(has_header(&a, "RateLimit: \"sign-in\";r="));
    assert_int_equal(a.status, 429);
    assert_true(has_header(&a, "Retry-After: "));
    assert_true(has_header(&a, "RateLimit-Policy: \"sign-in\";q=2;w=60"));
}

static void slow_work_leaves_workers_for_the_fast(void **state)
{
    struct answer a;
    int slow[3];

    (void)state;
    for (int i = 0; i < 3; i++) {
        slow[i] = open_client(t.path);
        send_text(slow[i], "GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    }
    sem_wait(&t.entered);
    sem_wait(&t.entered);
    expect("GET /hello", NULL, NULL, 200);
    /* The third waited two seconds for nothing: it is told so, and never ran. */
    for (int i = 0; i < 3; i++) {
        struct pollfd p = {.fd = slow[i], .events = POLLIN};
        if (poll(&p, 1, i < 2 ? 0 : 5000) > 0) {
            read_answer(slow[i], &a, NULL);
            assert_int_equal(a.status, 503);
            assert_true(has_header(&a, "Retry-After: "));
        }
    }
    assert_int_equal(sem_trywait(&t.entered), -1);
    sem_post(&t.released);
    sem_post(&t.released);
    for (int i = 0; i < 3; i++)
        close(slow[i]);
}

static void events_reach_their_account_as_they_come(void **state)
{
    struct answer a;
    int fd = open_client(t.path);
    struct hub *hub = http_hub(t.server);

    (void)state;
    send_text(fd, "GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    read_answer(fd, &a, "meanwhile\":1}\n\n");
    assert_true(has_header(&a, "Content-Type: text/event-stream"));
    assert_true(strstr(a.text, "id: 6\n") < strstr(a.text, "id: 7\n"));
    hub_publish(hub, "0190abcd-0000-7000-8000-000000000001", 7, "case", "{\"other\":1}");
    hub_publish(hub, member_id, 8, "introduction", "{\"id\":1}");
    read_answer(fd, &a, "\n\n");
    assert_null(strstr(a.text, "other"));
    assert_non_null(strstr(a.text, "id: 8\nevent: introduction\ndata: {\"id\":1}\n\n"));
    assert_int_equal(hub_streams(hub), 1);
    hub_end(hub, member_id);
    read_answer(fd, &a, LAST_CHUNK);
    assert_non_null(strstr(a.text, LAST_CHUNK));
    close(fd);
}

static void the_oldest_stream_of_an_account_makes_room(void **state)
{
    enum { ALLOWED = 16 };
    struct answer a;
    int fds[ALLOWED + 1];

    (void)state;
    for (int i = 0; i <= ALLOWED; i++) {
        fds[i] = open_client(t.path);
        send_text(fds[i], "GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
        read_answer(fds[i], &a, "meanwhile\":1}\n\n");
        assert_int_equal(a.status, 200);
    }
    read_answer(fds[0], &a, LAST_CHUNK);
    assert_non_null(strstr(a.text, LAST_CHUNK));
    hub_publish(http_hub(t.server), member_id, 9, "introduction", "{\"id\":1}");
    read_answer(fds[ALLOWED], &a, "\n\n");
    assert_non_null(strstr(a.text, "id: 9\n"));
    hub_end(http_hub(t.server), member_id);
    for (int i = 0; i <= ALLOWED; i++)
        close(fds[i]);
}

static void *stop_server(void *unused)
{
    http_stop(t.server);
    return unused;
}

static void stopping_finishes_what_is_in_hand(void **state)
{
    struct answer a, stream;
    pthread_t stopper;
    int fd = open_client(t.path), events = open_client(t.path);

    (void)state;
    send_text(events, "GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    read_answer(events, &stream, "id: 6\n");
    send_text(fd, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    sem_wait(&t.entered);
    assert_int_equal(pthread_create(&stopper, NULL, stop_server, NULL), 0);
    read_answer(events, &stream, LAST_CHUNK); /* it ends: the server is stopping */
    sem_post(&t.released);
    read_answer(fd, &a, NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "\"done\"");
    assert_true(has_header(&a, "Connection: close"));
    pthread_join(stopper, NULL);
    t.server = NULL;
    close(fd);
    close(events);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_handler_answers_with_what_the_path_says, start, stop),
        cmocka_unit_test_setup_teardown(who_may_call_is_the_routes_word, start, stop),
        cmocka_unit_test_setup_teardown(other_addresses_and_methods_are_told_apart, start, stop),
        cmocka_unit_test_setup_teardown(changes_from_other_sites_are_refused, start, stop),
        cmocka_unit_test_setup_teardown(bodies_are_taken_by_type_and_length, start, stop),
        cmocka_unit_test_setup_teardown(a_chunked_body_keeps_to_the_limit, start, stop),
        cmocka_unit_test_setup_teardown(a_change_names_the_version_it_changes, start, stop),
        cmocka_unit_test_setup_teardown(a_repeated_request_is_answered_again_and_done_once, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_failed_request_is_undone_and_names_its_field, start,
                                        stop),
        cmocka_unit_test_setup_teardown(long_answers_are_compressed_for_those_who_can, start, stop),
        cmocka_unit_test_setup_teardown(what_the_client_has_is_not_sent_again, start, stop),
        cmocka_unit_test_setup_teardown(a_header_cannot_be_smuggled_out, start, stop),
        cmocka_unit_test_setup_teardown(heads_keep_to_their_limit, start, stop),
        cmocka_unit_test_setup_teardown(signing_in_too_often_is_refused_with_a_time, start, stop),
        cmocka_unit_test_setup_teardown(slow_work_leaves_workers_for_the_fast, start, stop),
        cmocka_unit_test_setup_teardown(events_reach_their_account_as_they_come, start, stop),
        cmocka_unit_test_setup_teardown(the_oldest_stream_of_an_account_makes_room, start, stop),
        cmocka_unit_test_setup_teardown(stopping_finishes_what_is_in_hand, start, stop),
    };
    log_level(LOG_CRIT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
