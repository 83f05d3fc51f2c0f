/*
 * Who is here and who tells whom: pairs are in both lists or in none, and nobody is kept for
 * nothing.
 */
#include "tmtp-link/server/people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define ALICE "11111111111111111111111111111111"
#define BOBBY "22222222222222222222222222222222"
#define CAROL "33333333333333333333333333333333"

static struct people *people;

static int begin(void **state)
{
    (void)state;
    people = people_new();
    return people == NULL ? -1 : 0;
}

static int end(void **state)
{
    (void)state;
    people_free(people);
    return 0;
}

static void a_person_is_known_while_a_node_is_here(void **state)
{
    struct person *alice = people_arrive(people, ALICE, 7);

    (void)state;
    assert_non_null(alice);
    assert_ptr_equal(people_arrive(people, ALICE, 7), alice);
    assert_int_equal(alice->nodes, 2);
    assert_int_equal(alice->account, 7);
    people_leave(people, alice);
    assert_ptr_equal(people_find(people, ALICE), alice);
    people_leave(people, alice);
    assert_null(people_find(people, ALICE));
}

static void telling_is_new_once_and_in_both_lists(void **state)
{
    struct person *alice = people_arrive(people, ALICE, 1);
    struct person *bobby;

    (void)state;
    assert_false(people_tells(people, alice, BOBBY));
    assert_true(people_tell(people, alice, BOBBY));
    assert_false(people_tell(people, alice, BOBBY));
    bobby = people_find(people, BOBBY);
    assert_true(people_tells(people, alice, BOBBY));
    assert_int_equal(bobby->nodes, 0);
    assert_int_equal(bobby->told_by.count, 1);
    assert_ptr_equal(bobby->told_by.at[0], alice);
    assert_true(people_untell(people, alice, BOBBY));
    assert_false(people_untell(people, alice, BOBBY));
    assert_int_equal(alice->tells.count, 0);
    assert_null(people_find(people, BOBBY)); /* was known only for being told */
    people_leave(people, alice);
}

static void the_list_ends_with_the_last_node(void **state)
{
    struct person *alice = people_arrive(people, ALICE, 1);
    struct person *bobby = people_arrive(people, BOBBY, 2);

    (void)state;
    assert_ptr_equal(people_arrive(people, ALICE, 1), alice);
    assert_true(people_tell(people, alice, BOBBY));
    assert_true(people_tell(people, alice, CAROL));
    people_leave(people, alice);
    assert_int_equal(alice->tells.count, 2);
    people_leave(people, alice);
    assert_null(people_find(people, ALICE));
    assert_null(people_find(people, CAROL));
    assert_int_equal(bobby->told_by.count, 0);
    people_leave(people, bobby);
}

static void one_who_is_told_is_known_after_leaving(void **state)
{
    struct person *alice = people_arrive(people, ALICE, 1);
    struct person *bobby = people_arrive(people, BOBBY, 2);

    (void)state;
    assert_true(people_tell(people, alice, BOBBY));
    assert_true(people_tell(people, bobby, ALICE));
    people_leave(people, bobby);
    assert_ptr_equal(people_find(people, BOBBY), bobby);
    assert_false(people_tells(people, bobby, ALICE));
    assert_true(people_tells(people, alice, BOBBY));
    people_leave(people, alice);
    assert_null(people_find(people, BOBBY));
}

static void one_may_tell_oneself(void **state)
{
    struct person *alice = people_arrive(people, ALICE, 1);

    (void)state;
    assert_true(people_tell(people, alice, ALICE));
    assert_int_equal(alice->told_by.count, 1);
    assert_true(people_untell(people, alice, ALICE));
    assert_true(people_tell(people, alice, ALICE));
    people_leave(people, alice);
    assert_null(people_find(people, ALICE));
}

static void many_pairs_come_and_go_in_any_order(void **state)
{
    enum { MANY = 60 };
    struct person *persons[MANY];
    char uid[TMTP_UID_LEN + 1];

    (void)state;
    for (int i = 0; i < MANY; i++) {
        snprintf(uid, sizeof uid, "%032d", i);
        persons[i] = people_arrive(people, uid, i + 1);
    }
    for (int i = 0; i < MANY * MANY; i++) {
        snprintf(uid, sizeof uid, "%032d", i * 7 % MANY);
        people_tell(people, persons[i / MANY], uid);
    }
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(persons[i]->tells.count, MANY);
        assert_int_equal(persons[i]->told_by.count, MANY);
    }
    for (int i = 0; i < MANY; i += 2) {
        people_leave(people, persons[i]);
    }
    for (int i = 1; i < MANY; i += 2) {
        assert_int_equal(persons[i]->tells.count, MANY);
        assert_int_equal(persons[i]->told_by.count, MANY / 2);
    }
    for (int i = 1; i < MANY; i += 2) {
        people_leave(people, persons[i]);
    }
    assert_null(people_find(people, "00000000000000000000000000000000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_person_is_known_while_a_node_is_here, begin, end),
        cmocka_unit_test_setup_teardown(telling_is_new_once_and_in_both_lists, begin, end),
        cmocka_unit_test_setup_teardown(the_list_ends_with_the_last_node, begin, end),
        cmocka_unit_test_setup_teardown(one_who_is_told_is_known_after_leaving, begin, end),
        cmocka_unit_test_setup_teardown(one_may_tell_oneself, begin, end),
        cmocka_unit_test_setup_teardown(many_pairs_come_and_go_in_any_order, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
