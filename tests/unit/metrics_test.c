/*
 * What /metrics says: answers by route and status, errors by kind, and figures of the moment.
 */
#include "tests/unit/check.h"

#include "directory/http/metrics.h"

static const struct route routes[] = {{.method = "GET", .path = "/a"},
                                      {.method = "POST", .path = "/b"}};

/* The figure that follows this name and its labels at the beginning of a line; -1 without one. */
static long long figure(const char *text, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = text; (at = strstr(at, name)) != NULL; at += len)
        if ((at == text || at[-1] == '\n') && at[len] == ' ')
            return strtoll(at + len, NULL, 10);
    return -1;
}

static void answers_are_counted_by_route_and_status(void **state)
{
    struct metrics *m = metrics_make(NULL, routes, 2);
    const struct metrics_now now = {.queue_depth = 3, .streams = 4, .in_hand = 5};

    (void)state;
    metrics_count(m, &routes[0], 200, 700);
    metrics_count(m, &routes[0], 200, 1500);
    metrics_count(m, NULL, 404, 10);
    metrics_error(m, AGORA_NOT_FOUND);
    const char *text = metrics_text(m, &now, m);
    assert_non_null(text);
    assert_int_equal(
        figure(text, "agora_http_requests_total{method=\"GET\",route=\"/a\",status=\"200\"}"), 2);
    assert_int_equal(
        figure(text, "agora_http_requests_total{method=\"GET\",route=\"other\",status=\"404\"}"),
        1);
    assert_null(strstr(text, "route=\"/b\""));
    assert_int_equal(figure(text, "agora_errors_total{kind=\"not-found\"}"), 1);
    assert_int_equal(figure(text, "agora_queue_depth"), 3);
    assert_int_equal(figure(text, "agora_event_streams"), 4);
    assert_int_equal(figure(text, "agora_requests_in_hand"), 5);
    talloc_free(m);
}

static void resident_memory_grows_with_what_is_written_to(void **state)
{
    enum { MORE = 64 << 20 };
    struct metrics *m = metrics_make(NULL, routes, 2);
    const struct metrics_now now = {0};
    const char *name = "process_resident_memory_bytes";

    (void)state;
    long long before = figure(metrics_text(m, &now, m), name);
    char *written = talloc_size(m, MORE);
    memset(written, 1, MORE);
    assert_int_equal(written[MORE - 1], 1);
    long long after = figure(metrics_text(m, &now, m), name);
    assert_true(before > 0);
    assert_in_range(after - before, MORE / 2, 4LL * MORE);
    talloc_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_counted_by_route_and_status),
        cmocka_unit_test(resident_memory_grows_with_what_is_written_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
