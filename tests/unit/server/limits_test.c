/*
 * Counts by key: their edges, the end of a day, and that memory stays bounded.
 */
#include "tmtp-link/server/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MINUTE_US INT64_C(60000000)

static struct limits *table(size_t most)
{
    struct limits *limits = limits_new(most);

    assert_non_null(limits);
    return limits;
}

static void as_many_as_allowed_are_held(void **state)
{
    struct limits *limits = table(8);

    (void)state;
    assert_true(limits_hold(limits, 1, 2));
    assert_true(limits_hold(limits, 1, 2));
    assert_false(limits_hold(limits, 1, 2));
    assert_true(limits_hold(limits, 2, 2));
    limits_release(limits, 1);
    assert_true(limits_hold(limits, 1, 2));
    assert_false(limits_hold(limits, 1, 2));
    limits_release(limits, 3); /* nothing there */
    limits_free(limits);
}

static void a_new_day_begins_at_nothing(void **state)
{
    struct limits *limits = table(8);

    (void)state;
    for (int i = 0; i < 3; i++) {
        limits_count(limits, 1, LIMITS_PINGS, 100);
    }
    limits_count(limits, 1, LIMITS_FAILED_PINGS, 100);
    assert_int_equal(limits_counted(limits, 1, LIMITS_PINGS, 100), 3);
    assert_int_equal(limits_counted(limits, 1, LIMITS_FAILED_PINGS, 100), 1);
    assert_int_equal(limits_counted(limits, 1, LIMITS_REGISTRATIONS, 100), 0);
    assert_int_equal(limits_counted(limits, 2, LIMITS_PINGS, 100), 0);
    assert_int_equal(limits_counted(limits, 1, LIMITS_PINGS, 101), 0);
    limits_count(limits, 1, LIMITS_PINGS, 101);
    assert_int_equal(limits_counted(limits, 1, LIMITS_PINGS, 101), 1);
    assert_int_equal(limits_counted(limits, 1, LIMITS_FAILED_PINGS, 101), 0);
    limits_free(limits);
}

static void what_is_held_outlasts_the_day(void **state)
{
    struct limits *limits = table(8);

    (void)state;
    assert_true(limits_hold(limits, 1, 1));
    limits_count(limits, 1, LIMITS_PINGS, 100);
    limits_count(limits, 1, LIMITS_PINGS, 101);
    assert_false(limits_hold(limits, 1, 1));
    limits_free(limits);
}

static void the_key_used_longest_ago_is_forgotten(void **state)
{
    struct limits *limits = table(4);

    (void)state;
    for (uint64_t key = 1; key <= 4; key++) {
        limits_count(limits, key, LIMITS_PINGS, 1);
    }
    limits_count(limits, 1, LIMITS_PINGS, 1);
    limits_count(limits, 5, LIMITS_PINGS, 1);
    assert_int_equal(limits_size(limits), 4);
    assert_int_equal(limits_counted(limits, 1, LIMITS_PINGS, 1), 2);
    assert_int_equal(limits_counted(limits, 2, LIMITS_PINGS, 1), 0);
    assert_int_equal(limits_counted(limits, 3, LIMITS_PINGS, 1), 1);
    limits_free(limits);
}

static void who_holds_something_is_not_forgotten(void **state)
{
    struct limits *limits = table(16);

    (void)state;
    for (uint64_t key = 0; key < 12; key++) {
        assert_true(limits_hold(limits, key, 1));
    }
    for (uint64_t key = 1000; key < 100000; key++) {
        limits_count(limits, key, LIMITS_PINGS, 1);
    }
    for (uint64_t key = 0; key < 12; key++) {
        assert_false(limits_hold(limits, key, 1));
    }
    assert_in_range(limits_size(limits), 12, 32);
    limits_free(limits);
}

static void memory_is_bounded_whatever_comes(void **state)
{
    struct limits *limits = table(1000);

    (void)state;
    for (uint64_t key = 0; key < 1000000; key++) {
        limits_count(limits, key << 32 | 7, LIMITS_FAILED_LOGINS, (int64_t)(key / 1000));
    }
    assert_int_equal(limits_size(limits), 1000);
    limits_free(limits);
}

static void the_log_speaks_of_a_limit_once_a_minute(void **state)
{
    struct limits *limits = table(8);

    (void)state;
    assert_true(limits_may_log(limits, 1, LIMITS_PINGS, 5));
    assert_false(limits_may_log(limits, 1, LIMITS_PINGS, MINUTE_US));
    assert_true(limits_may_log(limits, 1, LIMITS_HELD, MINUTE_US));
    assert_true(limits_may_log(limits, 2, LIMITS_PINGS, MINUTE_US));
    assert_true(limits_may_log(limits, 1, LIMITS_PINGS, MINUTE_US + 5));
    limits_free(limits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_as_allowed_are_held),
        cmocka_unit_test(a_new_day_begins_at_nothing),
        cmocka_unit_test(what_is_held_outlasts_the_day),
        cmocka_unit_test(the_key_used_longest_ago_is_forgotten),
        cmocka_unit_test(who_holds_something_is_not_forgotten),
        cmocka_unit_test(memory_is_bounded_whatever_comes),
        cmocka_unit_test(the_log_speaks_of_a_limit_once_a_minute),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
