/*
 * Headers, cookies, versions and ids of a request; who the client is behind a proxy; our own
 * cookies.
 */
#include "tests/unit/check.h"

#include "directory/http/cookie.h"
#include "directory/http/proxy.h"
#include "directory/http/rate.h"

static void headers_are_found_in_any_case(void **state)
{
    struct request *rq = make_request(NULL, NULL);

    (void)state;
    add_header(rq, "Accept", "text/html");
    assert_string_equal(request_header(rq, "accept"), "text/html");
    assert_null(request_header(rq, "accep"));
    drop_request(rq);
}

static void cookies_are_found_by_their_whole_name(void **state)
{
    struct request *rq = make_request(NULL, NULL);

    (void)state;
    add_header(rq, "Cookie", "xagora=1; agora=two ;agorax=3");
    add_header(rq, "Cookie", "other=4; empty=");
    assert_string_equal(request_cookie(rq, "agora"), "two");
    assert_string_equal(request_cookie(rq, "other"), "4");
    assert_string_equal(request_cookie(rq, "empty"), "");
    assert_null(request_cookie(rq, "agor"));
    assert_null(request_cookie(rq, "4"));
    drop_request(rq);
}

static void if_match_gives_the_version_without_quotes(void **state)
{
    static const char *const pairs[][2] = {{"\"7\"", "7"}, {"W/\"7\"", "7"}, {"*", "*"},
                                           {"7", "7"},     {"\"", "\""},     {"\"\"", ""}};

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct request *rq = make_request(NULL, NULL);
        assert_null(request_etag(rq));
        add_header(rq, "If-Match", pairs[i][0]);
        assert_string_equal(request_etag(rq), pairs[i][1]);
        drop_request(rq);
    }
}

static void a_path_without_an_id_is_not_found(void **state)
{
    struct request *rq = make_request(NULL, NULL);
    const char *id = NULL;

    (void)state;
    rq->match = (struct route_match){.n = 1, .names = {"id"}, .values = {"not-an-id"}};
    assert_int_equal(request_path_uuid(rq, "id", &id), AGORA_NOT_FOUND);
    rq->match.values[0] = "0190ABCD-0000-7000-8000-00000000000F";
    assert_int_equal(request_path_uuid(rq, "id", &id), AGORA_OK);
    assert_string_equal(id, "0190abcd-0000-7000-8000-00000000000f");
    assert_null(request_path(rq, "other"));
    drop_request(rq);
}

static void cookies_are_host_bound_on_https_only(void **state)
{
    struct request *rq = make_request(NULL, NULL);
    struct config secure = *rq->work.config;
    void *mem = rq->work.mem;

    (void)state;
    secure.agora_base_url = "https://agora.example";
    assert_string_equal(cookie_text(mem, &secure, "agora", "t", 60),
                        "__Host-agora=t; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60");
    assert_string_equal(cookie_name(mem, &secure, "agora"), "__Host-agora");
    assert_string_equal(cookie_text(mem, rq->work.config, "agora", NULL, 0),
                        "agora=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    drop_request(rq);
}

static void forwarded_addresses_count_from_trusted_proxies_only(void **state)
{
    void *mem = talloc_new(NULL);
    struct proxies *p = proxies_make(mem, "127.0.0.1  10.0.0.9 unix");

    (void)state;
    assert_string_equal(proxies_client(p, mem, "127.0.0.1", "6.6.6.6, 9.9.9.9"), "9.9.9.9");
    assert_string_equal(proxies_client(p, mem, "unix", "9.9.9.9 ,10.0.0.9"), "10.0.0.9");
    assert_string_equal(proxies_client(p, mem, "127.0.0.1", "9.9.9.9, 10.0.0.9"), "9.9.9.9");
    assert_string_equal(proxies_client(p, mem, "8.8.8.8", "9.9.9.9"), "8.8.8.8");
    assert_string_equal(proxies_client(p, mem, "127.0.0.1", "evil"), "127.0.0.1");
    assert_string_equal(proxies_client(p, mem, "127.0.0.1", NULL), "127.0.0.1");
    assert_string_equal(proxies_client(p, mem, "127.0.0.1", ""), "127.0.0.1");
    talloc_free(mem);
}

static void a_rate_is_spent_and_comes_back(void **state)
{
    struct rate *r = rate_make(NULL, 3);
    int64_t left, wait_s, now = INT64_C(1000000000);

    (void)state;
    for (int i = 2; i >= 0; i--) {
        assert_true(rate_take(r, "1.2.3.4", now, &left, &wait_s));
        assert_int_equal(left, i);
    }
    assert_false(rate_take(r, "1.2.3.4", now, &left, &wait_s));
    assert_int_equal(left, 0);
    assert_int_equal(wait_s, 20);
    assert_true(rate_take(r, "1.2.3.5", now, &left, &wait_s));
    assert_true(rate_take(r, "1.2.3.4", now + 20000000, &left, &wait_s));
    assert_false(rate_take(r, "1.2.3.4", now + 20000000, &left, &wait_s));
    talloc_free(r);
}

static void ipv6_addresses_count_by_their_network(void **state)
{
    struct rate *r = rate_make(NULL, 1);
    int64_t left, wait_s;

    (void)state;
    assert_true(rate_take(r, "2001:db8:1:2::1", 5, &left, &wait_s));
    assert_false(rate_take(r, "2001:db8:1:2:ffff::2", 5, &left, &wait_s));
    assert_true(rate_take(r, "2001:db8:1:3::1", 5, &left, &wait_s));
    talloc_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_found_in_any_case),
        cmocka_unit_test(cookies_are_found_by_their_whole_name),
        cmocka_unit_test(if_match_gives_the_version_without_quotes),
        cmocka_unit_test(a_path_without_an_id_is_not_found),
        cmocka_unit_test(cookies_are_host_bound_on_https_only),
        cmocka_unit_test(forwarded_addresses_count_from_trusted_proxies_only),
        cmocka_unit_test(a_rate_is_spent_and_comes_back),
        cmocka_unit_test(ipv6_addresses_count_by_their_network),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
