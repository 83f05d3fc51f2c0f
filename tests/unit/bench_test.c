/*
 * The pure parts of `tmtp bench`: reading headers in one pass, latencies as counts, and whether
 * messages came once and in order.
 */
#include "tests/unit/check.h"

#include "tmtp-link/command/bench_scan.h"
#include "tmtp-link/command/bench_tally.h"

static bool scan(const char *json, struct bench_header *header)
{
    return bench_scan(json, strlen(json), header);
}

static void a_header_gives_the_keys_that_matter(void **state)
{
    struct bench_header h;

    (void)state;
    assert_true(scan("{\"datahead\":7,\"datalen\":200,\"from\":\"x\",\"id\":\"00ff\","
                     "\"op\":\"delivery\",\"posted\":\"2026\"}",
                     &h));
    assert_true(bench_text_is(h.op, "delivery"));
    assert_true(bench_text_is(h.id, "00ff"));
    assert_int_equal(h.datalen, 200);
    assert_int_equal(h.datahead, 7);
    assert_null(h.error.at);
}

static void keys_within_values_are_not_taken_for_keys(void **state)
{
    struct bench_header h;

    (void)state;
    assert_true(scan(" { \"authby\" : [{\"id\":\"no\",\"x\":[\"}\",\"\\\"]\"]}] , \"info\": "
                     "\"\\\"id\\\":\\\"no\\\"\", \"auth\":true,\"op\":\"tmtprev\" } ",
                     &h));
    assert_null(h.id.at);
    assert_true(bench_text_is(h.op, "tmtprev"));
    assert_true(scan("{}", &h));
}

static void what_is_no_object_is_told(void **state)
{
    static const char *const wrong[] = {
        "",
        "[]",
        "{",
        "{\"op\"}",
        "{\"op\":}",
        "{\"op\":1",
        "{\"op\":\"x",
        "{\"op\":\"x\\",
        "{\"a\":[1,{\"b\"",
        "{\"datalen\":-1}",
        "{op:1}",
        "{\"datalen\":1.5}",
        "{\"datalen\":\"1\"}",
        "{\"datalen\":1234567890123456789}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct bench_header h;

        if (scan(wrong[i], &h))
            fail_msg("%s was taken", wrong[i]);
    }
}

static void numbers_come_back_from_base_16(void **state)
{
    char digits[16];
    uint64_t number;

    (void)state;
    bench_write_hex(digits, 16, UINT64_C(0xfedcba9876543210));
    assert_memory_equal(digits, "fedcba9876543210", 16);
    assert_true(bench_read_hex(digits, 16, &number));
    assert_true(number == UINT64_C(0xfedcba9876543210));
    assert_false(bench_read_hex("00G0", 4, &number));
}

static void latencies_are_told_to_two_in_a_hundred(void **state)
{
    struct latency l = {0};

    (void)state;
    assert_int_equal(latency_share(&l, 0.5), 0);
    for (int64_t us = 1; us <= 100000; us++) {
        latency_add(&l, us);
    }
    latency_add(&l, -5);
    assert_int_equal(l.max_us, 100000);
    assert_in_range(latency_share(&l, 0.5), 49000, 51000);
    assert_in_range(latency_share(&l, 0.99), 99000, 100000);
    assert_int_equal(latency_share(&l, 1.0), 100000);
    assert_int_equal(latency_share(&l, 0), 0);
}

static void small_latencies_are_exact_and_huge_ones_fit(void **state)
{
    (void)state;
    for (int64_t us = 0; us < 128; us++) {
        struct latency l = {0};

        latency_add(&l, us);
        latency_add(&l, INT64_MAX);
        assert_int_equal(latency_share(&l, 0), us);
        assert_true(latency_share(&l, 1) > UINT64_C(1) << 40);
    }
}

static void messages_in_order_are_neither_late_nor_copies(void **state)
{
    struct order o = {0};

    (void)state;
    for (uint64_t n = 0; n < 200; n++) {
        assert_true(order_add(&o, n));
    }
    assert_int_equal(o.once, 200);
    assert_int_equal(o.late + o.again, 0);
}

static void a_message_that_is_overtaken_is_late_and_counts_once(void **state)
{
    struct order o = {0};

    (void)state;
    assert_true(order_add(&o, 2)); /* 0 and 1 overtaken */
    assert_true(order_add(&o, 0));
    assert_false(order_add(&o, 2));
    assert_false(order_add(&o, 0));
    assert_int_equal(o.once, 2);
    assert_int_equal(o.late, 1);
    assert_int_equal(o.again, 2);
    assert_true(order_add(&o, 100));
    assert_false(order_add(&o, 1)); /* too long ago to know */
    assert_int_equal(o.once, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_gives_the_keys_that_matter),
        cmocka_unit_test(keys_within_values_are_not_taken_for_keys),
        cmocka_unit_test(what_is_no_object_is_told),
        cmocka_unit_test(numbers_come_back_from_base_16),
        cmocka_unit_test(latencies_are_told_to_two_in_a_hundred),
        cmocka_unit_test(small_latencies_are_exact_and_huge_ones_fit),
        cmocka_unit_test(messages_in_order_are_neither_late_nor_copies),
        cmocka_unit_test(a_message_that_is_overtaken_is_late_and_counts_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
