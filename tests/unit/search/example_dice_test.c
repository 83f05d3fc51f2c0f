/* Chance that always falls the same way: known numbers, bounds, and shares. */
#include "tests/unit/check.h"

#include "directory/ctl/example_dice.h"

static void the_row_is_splitmix64(void **state)
{
    /* The first numbers of the reference implementation (Vigna, splitmix64.c) from 1234567. */
    static const uint64_t known[] = {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                                     UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
                                     UINT64_C(16408922859458223821)};
    struct dice d = {1234567};

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        assert_true(dice_roll(&d) == known[i]);
}

static void the_same_state_gives_the_same(void **state)
{
    static const char *const list[] = {"a", "b", "c", NULL};
    struct dice one = {7}, other = {7};

    (void)state;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(dice_below(&one, 10), dice_below(&other, 10));
        assert_ptr_equal(dice_any(&one, list), dice_any(&other, list));
    }
}

static void a_number_is_below_its_bound_and_each_comes(void **state)
{
    struct dice d = {1};
    unsigned times[6] = {0};

    (void)state;
    for (int i = 0; i < 6000; i++)
        times[dice_below(&d, 6)]++;
    for (size_t i = 0; i < 6; i++)
        assert_in_range(times[i], 800, 1200);
    for (int i = 0; i < 100; i++)
        assert_int_equal(dice_below(&d, 1), 0);
}

static void chance_is_what_it_says(void **state)
{
    struct dice d = {2};
    unsigned hits = 0;

    (void)state;
    for (int i = 0; i < 10000; i++) {
        hits += dice_chance(&d, 30);
        assert_false(dice_chance(&d, 0));
        assert_true(dice_chance(&d, 100));
    }
    assert_in_range(hits, 2800, 3200);
}

static void each_item_of_a_list_comes(void **state)
{
    static const char *const list[] = {"a", "b", "c", NULL}, *const none[] = {NULL};
    struct dice d = {3};
    bool seen[3] = {false};

    (void)state;
    for (int i = 0; i < 100; i++) {
        const char *item = dice_any(&d, list);
        assert_in_range(item[0], 'a', 'c');
        seen[item[0] - 'a'] = true;
    }
    assert_true(seen[0] && seen[1] && seen[2]);
    assert_string_equal(dice_any(&d, none), "");
}

static void the_first_comes_often_and_the_last_too(void **state)
{
    enum { N = 50, TURNS = 200000 };
    void *mem = talloc_new(NULL);
    const struct zipf *z = zipf_new(mem, N);
    struct dice d = {4};
    unsigned times[N] = {0};
    double all = 0;

    (void)state;
    assert_non_null(z);
    assert_true(z->upto[N - 1] > 0.999999 && z->upto[N - 1] < 1.000001);
    for (int i = 0; i < TURNS; i++)
        times[zipf_any(z, &d)]++;
    for (size_t k = 0; k < N; k++)
        all += 1.0 / (double)(6 + k);
    for (size_t k = 0; k < N; k++) {
        double expected = TURNS / ((double)(6 + k) * all);
        assert_true(times[k] > 0.85 * expected && times[k] < 1.15 * expected);
    }
    talloc_free(mem);
}

static void of_one_thing_it_is_always_that(void **state)
{
    void *mem = talloc_new(NULL);
    const struct zipf *z = zipf_new(mem, 1);
    struct dice d = {5};

    (void)state;
    for (int i = 0; i < 100; i++)
        assert_int_equal(zipf_any(z, &d), 0);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_row_is_splitmix64),
        cmocka_unit_test(the_same_state_gives_the_same),
        cmocka_unit_test(a_number_is_below_its_bound_and_each_comes),
        cmocka_unit_test(chance_is_what_it_says),
        cmocka_unit_test(each_item_of_a_list_comes),
        cmocka_unit_test(the_first_comes_often_and_the_last_too),
        cmocka_unit_test(of_one_thing_it_is_always_that),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
