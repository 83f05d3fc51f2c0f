/* Adding a passed check never lowers anything: tried on every small case there is, over an alphabet
 * of evidence and checks, and on many large ones made at random. */
#include "tests/unit/verification/score_case.h"

enum { CHECKS = 4, RANDOM_CASES = 3000 };

/* Kinds of evidence that differ in the rules, with checks that do. */
static const struct {
    const char *kind;
    const char *check[CHECKS];
    size_t checks;
} alphabet[] = {
    {"passport", {"vri", "vcrypt", "pvr", "pvp"}, 4},
    {"driving_permit", {"vri", "data", "pvr"}, 3},
    {"bank_statement", {"vdig", "vri"}, 2},
    {"x_professional_register", {"data"}, 1},
    {"x_membership_register", {"data", "auth"}, 2},
    {"written_attestation", {"vri"}, 1}, /* made worth something below */
};

enum { LETTERS = sizeof alphabet / sizeof alphabet[0] };

static unsigned long tried;

static bool lower(const struct score_result *after, const struct score_result *before)
{
    return after->level < before->level || after->ial < before->ial ||
           after->gpg45 < before->gpg45 || (before->matched & ~after->matched) != 0 ||
           after->activity < before->activity || after->fraud < before->fraud ||
           after->verification < before->verification ||
           (before->standing == SCORE_CURRENT && after->standing != SCORE_CURRENT);
}

/* What an item is and what was done with it, for the message. */
static void tell(const struct score_case *c, size_t item, size_t method)
{
    for (size_t i = 0; i < c->items; i++)
        print_message("%s issuer %u passed %x failed %x issued %d expires %d\n",
                      policy->type[c->item[i].type].name, c->item[i].issuer, c->item[i].passed,
                      c->item[i].failed, c->item[i].issued, c->item[i].expires);
    fail_msg("%s passed on item %zu lowers it", policy->method[method].code, item);
}

/* Every check that the policy allows and that has not passed, added to a case. */
static void nothing_lowers(const struct score_case *c)
{
    struct score_result before = result_of(c);

    for (size_t i = 0; i < c->items; i++) {
        uint32_t open = policy->type[c->item[i].type].methods & ~c->item[i].passed;
        for (size_t m = 0; open >> m != 0; m++) {
            if (!(open >> m & 1))
                continue;
            struct score_case more = *c;
            more.item[i].passed |= (uint32_t)1 << m;
            more.item[i].failed &= ~((uint32_t)1 << m);
            more.item[i].looked_up = TODAY;
            more.contact |= ((uint32_t)1 << m & policy->of_class[SCORE_CONTACT]) != 0;
            struct score_result after = result_of(&more);
            tried++;
            if (lower(&after, &before))
                tell(c, i, m);
        }
    }
}

/* Item `i`: its letter, and a number that says what came of each check, in base `states`. */
static void set_item(struct score_case *c, size_t i, size_t letter, unsigned code, unsigned states)
{
    struct score_item *item = &c->item[i];

    *item = (struct score_item){.type = type_named(alphabet[letter].kind),
                                .issuer = (uint16_t)i,
                                .issued = TODAY - 30,
                                .expires = SCORE_NO_DAY,
                                .looked_up = SCORE_NO_DAY};
    for (size_t k = 0; k < alphabet[letter].checks; k++, code /= states) {
        uint32_t bit = score_policy_method(policy, alphabet[letter].check[k]);
        item->passed |= code % states == 1 ? bit : 0;
        item->failed |= code % states == 2 ? bit : 0;
    }
    if (item->passed & policy->of_class[SCORE_VALIDATION])
        item->looked_up = TODAY;
}

static unsigned outcomes(size_t letter, unsigned states)
{
    unsigned n = 1;

    for (size_t k = 0; k < alphabet[letter].checks; k++)
        n *= states;
    return n;
}

/* Every pair of items with every outcome of their checks, as they are, expired, and by one issuer.
 */
static void every_pair(void **state)
{
    (void)state;
    for (size_t a = 0; a < LETTERS; a++) {
        for (size_t b = a; b < LETTERS; b++) {
            struct score_case c = {
                .today = TODAY, .items = 2, .contact = true, .named = true, .born = true};
            for (unsigned x = 0; x < outcomes(a, 3); x++) {
                for (unsigned y = 0; y < outcomes(b, 3); y++) {
                    for (unsigned twist = 0; twist < 3; twist++) {
                        set_item(&c, 0, a, x, 3);
                        set_item(&c, 1, b, y, 3);
                        c.item[0].expires = twist == 1 ? TODAY - 1 : SCORE_NO_DAY;
                        c.item[1].issuer = twist != 2;
                        nothing_lowers(&c);
                    }
                }
            }
        }
    }
    print_message("%lu checks added\n", tried);
    assert_true(tried > 100000);
}

/* Every three items with every set of passed checks. */
static void every_three(void **state)
{
    (void)state;
    for (size_t a = 0; a < LETTERS; a++) {
        for (size_t b = a; b < LETTERS; b++) {
            for (size_t d = b; d < LETTERS; d++) {
                struct score_case c = {
                    .today = TODAY, .items = 3, .contact = true, .named = true, .born = true};
                unsigned of_a = outcomes(a, 2), of_b = outcomes(b, 2),
                         n = of_a * of_b * outcomes(d, 2);
                for (unsigned x = 0; x < n; x++) {
                    set_item(&c, 0, a, x % of_a, 2);
                    set_item(&c, 1, b, x / of_a % of_b, 2);
                    set_item(&c, 2, d, x / of_a / of_b, 2);
                    nothing_lowers(&c);
                }
            }
        }
    }
}

static unsigned long seed = 20260503;

static unsigned below(unsigned n)
{
    seed = seed * 6364136223846793005UL + 1442695040888963407UL;
    return (unsigned)(seed >> 33) % n;
}

/* Cases of up to twelve items of any kind, a third of all checks failed, some issuers the same. */
static void large_cases_at_random(void **state)
{
    (void)state;
    for (unsigned n = 0; n < RANDOM_CASES; n++) {
        struct score_case c = {.today = TODAY,
                               .items = 1 + below(12),
                               .duplicates = below(3) == 0,
                               .contact = below(4) != 0,
                               .named = below(8) != 0,
                               .born = below(4) != 0};
        for (size_t i = 0; i < c.items; i++) {
            struct score_item *item = &c.item[i];
            *item = (struct score_item){.type = (uint8_t)below((unsigned)policy->types),
                                        .issuer = (uint16_t)below(6),
                                        .issued = TODAY - (int)below(200),
                                        .expires =
                                            below(3) ? SCORE_NO_DAY : TODAY - 50 + (int)below(100)};
            uint32_t allowed = policy->type[item->type].methods;
            item->passed = allowed & below(0x7fffffff) & below(0x7fffffff);
            item->failed = below(2) ? 0 : allowed & ~item->passed & below(0x7fffffff);
            item->looked_up = item->passed ? TODAY - (int)below(60) : SCORE_NO_DAY;
        }
        nothing_lowers(&c);
    }
}

static int set_up(void **state)
{
    load_policy(state);
    policy->type[type_named("written_attestation")].strength = SCORE_FAIR;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair),
        cmocka_unit_test(every_three),
        cmocka_unit_test(large_cases_at_random),
    };

    return cmocka_run_group_tests(tests, set_up, drop_policy);
}
