/* Requests and answers: who may call, what is refused, what is sent back and how. */
#include "tests/unit/http_server.h"

#include "directory/base/log.h"

#define MEMBER "Cookie: agora=member\r\n"
#define OWN    MEMBER "Origin: http://localhost:1\r\nContent-Type: application/json\r\n"

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
    };
    log_level(LOG_CRIT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
