/*
 * From method and path to a row of the table.
 */
#include "tests/unit/check.h"

#include "directory/http/response.h"

static enum agora_status answer(struct request *rq, struct response *rs)
{
    (void)rq, (void)rs;
    return AGORA_OK;
}

static const struct route table[] = {
    {"GET", "/members", WHO_PUBLIC, 0, LANE_FAST, 0, answer},
    {"GET", "/members/{handle}", WHO_PUBLIC, 0, LANE_FAST, 0, answer},
    {"GET", "/members/me", WHO_MEMBER, 0, LANE_FAST, 0, answer},
    {"PUT", "/members/me", WHO_MEMBER, 0, LANE_FAST, 0, answer},
    {"POST", "/cases/{case}/claims/{claim}", WHO_MEMBER, 0, LANE_FAST, 0, answer},
};
enum { ROWS = sizeof table / sizeof table[0] };

static struct router *router;
static void *mem;

static int set_up(void **state)
{
    struct error e;

    (void)state;
    mem = talloc_new(NULL);
    router = router_make(mem, table, ROWS, &e);
    return router != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    talloc_free(mem);
    return 0;
}

static enum route_found find(const char *method, const char *path, struct route_match *m)
{
    const char *allow = NULL;

    return router_find(router, mem, method, path, m, &allow);
}

static void parameters_are_captured_and_decoded(void **state)
{
    struct route_match m;

    (void)state;
    assert_int_equal(find("GET", "/members/j%C3%BCrg", &m), ROUTE_FOUND);
    assert_ptr_equal(m.route, &table[1]);
    assert_int_equal(m.n, 1);
    assert_string_equal(m.names[0], "handle");
    assert_string_equal(m.values[0], "jürg");
    assert_int_equal(find("POST", "/cases/1/claims/2", &m), ROUTE_FOUND);
    assert_string_equal(m.names[1], "claim");
    assert_string_equal(m.values[1], "2");
}

static void a_fixed_segment_wins_over_a_parameter(void **state)
{
    struct route_match m;

    (void)state;
    assert_int_equal(find("GET", "/members/me", &m), ROUTE_FOUND);
    assert_ptr_equal(m.route, &table[2]);
}

static void head_finds_get(void **state)
{
    struct route_match m;

    (void)state;
    assert_int_equal(find("HEAD", "/members", &m), ROUTE_FOUND);
    assert_ptr_equal(m.route, &table[0]);
}

static void another_method_is_told_what_is_allowed(void **state)
{
    struct route_match m;
    const char *allow = NULL;

    (void)state;
    assert_int_equal(router_find(router, mem, "DELETE", "/members/me", &m, &allow),
                     ROUTE_NOT_METHOD);
    assert_non_null(strstr(allow, "GET, HEAD"));
    assert_non_null(strstr(allow, "PUT"));
}

static void paths_that_are_not_there_are_unknown(void **state)
{
    struct route_match m;

    (void)state;
    assert_int_equal(find("GET", "/", &m), ROUTE_UNKNOWN);
    assert_int_equal(find("GET", "/member", &m), ROUTE_UNKNOWN);
    assert_int_equal(find("GET", "/members/", &m), ROUTE_UNKNOWN);
    assert_int_equal(find("GET", "//members", &m), ROUTE_UNKNOWN);
    assert_int_equal(find("GET", "/members/a/b", &m), ROUTE_UNKNOWN);
    assert_int_equal(find("GET", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r", &m), ROUTE_UNKNOWN);
}

static void broken_and_smuggled_paths_are_refused(void **state)
{
    struct route_match m;

    (void)state;
    assert_int_equal(find("GET", "/members/%zz", &m), ROUTE_BAD_PATH);
    assert_int_equal(find("GET", "/members/%00", &m), ROUTE_BAD_PATH);
    assert_int_equal(find("GET", "/members/a%2Fb", &m), ROUTE_BAD_PATH);
    assert_int_equal(find("GET", "/members/%ff", &m), ROUTE_BAD_PATH);
    assert_int_equal(find("GET", "members", &m), ROUTE_BAD_PATH);
}

static void a_wrong_table_is_refused(void **state)
{
    struct error e;
    const struct route twice[] = {table[1], {"GET", "/members/{id}", 0, 0, LANE_FAST, 0, answer}};
    const struct route no_slash[] = {{"GET", "members", 0, 0, LANE_FAST, 0, answer}};
    const struct route no_handler[] = {{"GET", "/members", 0, 0, LANE_FAST, 0, NULL}};
    const struct route no_name[] = {{"GET", "/members/{}", 0, 0, LANE_FAST, 0, answer}};

    (void)state;
    assert_null(router_make(mem, twice, 2, &e));
    assert_non_null(strstr(e.text, "/members/{id}"));
    assert_null(router_make(mem, no_slash, 1, &e));
    assert_null(router_make(mem, no_handler, 1, &e));
    assert_null(router_make(mem, no_name, 1, &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_captured_and_decoded),
        cmocka_unit_test(a_fixed_segment_wins_over_a_parameter),
        cmocka_unit_test(head_finds_get),
        cmocka_unit_test(another_method_is_told_what_is_allowed),
        cmocka_unit_test(paths_that_are_not_there_are_unknown),
        cmocka_unit_test(broken_and_smuggled_paths_are_refused),
        cmocka_unit_test(a_wrong_table_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
