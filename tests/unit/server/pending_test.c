/*
 * What a link keeps of its queue is a true beginning of it, in order and bounded.
 */
#include "tmtp-link/server/pending.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tmtp-link/server/deliver.h"

static char octets[PENDING_OCTETS_MAX];

static void add(struct pending *pending, int64_t id, bool first, size_t len)
{
    struct deliver_message message = {.id = id,
                                      .first = first,
                                      .header = "head",
                                      .header_len = 4,
                                      .data = len == 0 ? NULL : octets,
                                      .data_len = len,
                                      .total_len = (int64_t)len};

    pending_add(pending, &message);
}

static void expect(struct pending *pending, int64_t id)
{
    struct deliver_message message = {0};
    struct pending_item *item = pending_take(pending, &message);

    assert_int_equal(message.id, id);
    if (item != NULL) {
        assert_memory_equal(message.header, "head", 4);
    }
    free(item);
}

static void comes_back_by_id_and_user_messages_first(void **state)
{
    struct pending pending = {0};

    (void)state;
    add(&pending, 5, false, 10);
    add(&pending, 7, false, 0);
    add(&pending, 6, false, 10);
    add(&pending, 9, true, 0);
    add(&pending, 8, true, 0);
    expect(&pending, 8);
    expect(&pending, 9);
    expect(&pending, 5);
    expect(&pending, 6);
    expect(&pending, 7);
    expect(&pending, 0);
    assert_false(pending.more);
    assert_int_equal(pending.octets, 0);
}

static void beyond_its_number_it_leaves_the_rest_to_the_database(void **state)
{
    struct pending pending = {0};

    (void)state;
    for (int64_t id = 1; id <= PENDING_MAX; id++) {
        add(&pending, id, false, 1);
    }
    assert_false(pending.more);
    add(&pending, PENDING_MAX + 1, false, 1);
    assert_true(pending.more);
    assert_int_equal(pending.count, PENDING_MAX);
    expect(&pending, 1);
    add(&pending, PENDING_MAX + 2, false, 1); /* there is room again, but not behind the gap */
    assert_int_equal(pending.count, PENDING_MAX - 1);
    pending_clear(&pending);
}

static void beyond_its_octets_too(void **state)
{
    struct pending pending = {0};

    (void)state;
    add(&pending, 1, false, PENDING_OCTETS_MAX - 8);
    add(&pending, 2, false, 0);
    assert_false(pending.more);
    add(&pending, 3, false, 0);
    assert_true(pending.more);
    assert_int_equal(pending.count, 2);
    pending_clear(&pending);
}

static void what_belongs_before_a_full_list_makes_it_no_beginning(void **state)
{
    struct pending pending = {0};

    (void)state;
    for (int64_t id = 1; id <= PENDING_MAX; id++) {
        add(&pending, id, false, 1);
    }
    add(&pending, 100, true, 1);
    assert_true(pending.more);
    expect(&pending, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_by_id_and_user_messages_first),
        cmocka_unit_test(beyond_its_number_it_leaves_the_rest_to_the_database),
        cmocka_unit_test(beyond_its_octets_too),
        cmocka_unit_test(what_belongs_before_a_full_list_makes_it_no_beginning),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
