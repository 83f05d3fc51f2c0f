/* The shortest way to a level: it leads there, and no shorter one does, which a search without any
 * of the scorer's cleverness finds out. */
#include "tests/unit/verification/score_case.h"

static struct score_way way_of(const struct score_case *c, enum score_framework in, unsigned level)
{
    struct score_way way;

    score_shortest_way(policy, c, in, level, false, &way);
    return way;
}

/* Carry a way out. */
static struct score_case after(const struct score_case *from, const struct score_way *way)
{
    struct score_case c = *from;

    for (size_t i = 0; i < way->steps; i++) {
        const struct score_step *s = &way->step[i];
        c.contact |= s->act == SCORE_ANSWER_CODE;
        c.named |= s->act == SCORE_STATE_NAME;
        c.born |= s->act == SCORE_STATE_BIRTHDATE;
        if (s->act == SCORE_TAKE_BACK)
            c.item[s->item].type = SCORE_NO_TYPE;
        if (s->act == SCORE_CHECK)
            c.item[s->item].passed |= (uint32_t)1 << s->method;
        if (s->act == SCORE_ADD) {
            assert_int_equal(s->item, c.items);
            c.item[c.items] = (struct score_item){.type = s->type,
                                                  .issuer = (uint16_t)(500 + c.items),
                                                  .issued = TODAY,
                                                  .expires = SCORE_NO_DAY,
                                                  .looked_up = TODAY};
            c.items++;
        }
    }
    return c;
}

static unsigned have(const struct score_case *c, enum score_framework in)
{
    struct score_result r = result_of(c);

    return in == SCORE_LADDER ? r.level : in == SCORE_NIST ? r.ial : r.gpg45;
}

/* Whether any `left` acts at all give the level. */
static bool any_way(const struct score_case *c, enum score_framework in, unsigned level,
                    unsigned left)
{
    if (have(c, in) >= level)
        return true;
    if (left == 0)
        return false;
    for (unsigned fact = 0; fact < 3; fact++) {
        struct score_case more = *c;
        bool *said = fact == 0 ? &more.contact : fact == 1 ? &more.named : &more.born;
        if (!*said) {
            *said = true;
            if (any_way(&more, in, level, left - 1))
                return true;
        }
    }
    for (size_t i = 0; i < c->items; i++) {
        struct score_case more = *c;
        more.item[i].type = SCORE_NO_TYPE;
        if (c->item[i].type != SCORE_NO_TYPE && any_way(&more, in, level, left - 1))
            return true;
        for (size_t m = 0; c->item[i].type != SCORE_NO_TYPE && m < policy->methods; m++) {
            more = *c;
            more.item[i].passed |= (uint32_t)1 << m;
            more.item[i].looked_up = TODAY;
            if ((policy->type[c->item[i].type].methods & ~c->item[i].passed) >> m & 1 &&
                any_way(&more, in, level, left - 1))
                return true;
        }
    }
    for (size_t t = 0; t < policy->types; t++) {
        struct score_case more = *c;
        more.item[more.items] = (struct score_item){.type = (uint8_t)t,
                                                    .issuer = (uint16_t)(500 + c->items),
                                                    .issued = TODAY,
                                                    .expires = SCORE_NO_DAY,
                                                    .looked_up = SCORE_NO_DAY};
        more.items++;
        if (any_way(&more, in, level, left - 1))
            return true;
    }
    return false;
}

/* Leave only some kinds of evidence and checks, so that everything can be tried. */
static void keep_only(const char *const kinds[], size_t n, const char *const checks[], size_t k)
{
    struct score_policy small = *policy;

    small.types = 0;
    uint32_t mask = 0;
    for (size_t i = 0; i < k; i++)
        mask |= score_policy_method(policy, checks[i]);
    for (size_t i = 0; i < n; i++) {
        small.type[small.types] = policy->type[type_named(kinds[i])];
        small.type[small.types++].methods &= mask;
    }
    *policy = small;
}

static void no_shorter_way_is_there(void **state)
{
    static const char *const kinds[] = {"passport", "bank_statement", "x_professional_register"};
    static const char *const checks[] = {"vri", "vcrypt", "pvr", "data"};
    static const char *const cases[] = {
        "",
        "passport",
        "passport +vri",
        "passport -vri",
        "passport -vri; x_professional_register",
        "passport +vri +pvr; x_professional_register",
        "bank_statement recent +vri; x_professional_register +data",
        "passport expired +vri +pvr",
        "bank_statement old +vri",
        "passport by:1 +vri +pvr; bank_statement by:1",
    };
    struct score_policy kept = *policy;

    (void)state;
    keep_only(kinds, 3, checks, 4);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct score_case c = case_of(cases[i]);
        for (unsigned bare = 0; bare < 2; bare++, c.born = false) {
            for (unsigned goal = 0; goal < 6; goal++) {
                enum score_framework in = goal < 3   ? SCORE_LADDER
                                          : goal < 5 ? SCORE_NIST
                                                     : SCORE_GPG45;
                unsigned level = goal < 3 ? goal + 1 : goal < 5 ? goal - 2 : 1;
                struct score_way way = way_of(&c, in, level);
                if (!way.found)
                    fail_msg("%s: no way to %u in %d", cases[i], level, in);
                struct score_case then = after(&c, &way);
                assert_true(have(&then, in) >= level);
                if (way.steps > 0 && way.steps <= 5 &&
                    any_way(&c, in, level, (unsigned)way.steps - 1))
                    fail_msg("%s: to %u in %d there is a way shorter than %zu", cases[i], level, in,
                             way.steps);
            }
        }
    }
    *policy = kept;
}

static void a_failed_item_is_taken_back(void **state)
{
    struct score_case c =
        case_of("passport +vri +pvr; bank_statement recent -vri; x_professional_register +data");
    struct score_way way = way_of(&c, SCORE_LADDER, 3);

    (void)state;
    assert_int_equal(way.steps, 1);
    assert_int_equal(way.step[0].act, SCORE_TAKE_BACK);
    assert_int_equal(way.step[0].item, 1);
}

static void level_four_needs_a_meeting(void **state)
{
    struct score_case c = case_of("passport +vri +pvr; x_professional_register +data");
    struct score_way way = way_of(&c, SCORE_LADDER, 4);

    (void)state;
    assert_int_equal(way.steps, 1);
    assert_string_equal(policy->method[way.step[0].method].code, "pvp");
}

static void there_is_no_way_beyond_the_policy(void **state)
{
    struct score_case c = case_of("passport +vri +pvr");

    (void)state;
    assert_false(way_of(&c, SCORE_GPG45, 4).found);
    assert_int_equal(way_of(&c, SCORE_GPG45, 4).steps, 0);
    c.duplicates = 2; /* nothing in the policy undoes that somebody else is like this */
    assert_false(way_of(&c, SCORE_NIST, 2).found);
}

/* What a member is told: only what they can add, as if all they have named were found good. */
static void a_member_is_told_what_to_add(void **state)
{
    struct score_case c = case_of("passport -vri");
    struct score_way way;

    (void)state;
    c.born = false;
    score_assume_checked(policy, &c);
    score_shortest_way(policy, &c, SCORE_LADDER, 3, true, &way);
    assert_true(way.found);
    assert_int_equal(way.steps, 2);
    assert_int_equal(way.step[0].act, SCORE_STATE_BIRTHDATE);
    assert_int_equal(way.step[1].act, SCORE_ADD);
    c = case_of("passport; x_professional_register");
    score_assume_checked(policy, &c);
    score_shortest_way(policy, &c, SCORE_LADDER, 3, true, &way);
    assert_true(way.found);
    assert_int_equal(way.steps, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_shorter_way_is_there),
        cmocka_unit_test(a_failed_item_is_taken_back),
        cmocka_unit_test(level_four_needs_a_meeting),
        cmocka_unit_test(there_is_no_way_beyond_the_policy),
        cmocka_unit_test(a_member_is_told_what_to_add),
    };

    return cmocka_run_group_tests(tests, load_policy, drop_policy);
}
