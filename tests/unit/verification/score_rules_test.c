/* The rules of the scorer, row by row, under the policy that comes with the software. */
#include "tests/unit/verification/score_case.h"

static const struct {
    const char *items;
    unsigned level;
    const char *rule;
} rows[] = {
    {"", 1, "an address that answers is level 1"},
    {"passport", 1, "evidence that nobody checked gives nothing"},
    {"passport +vri", 2, "one document looked at is level 2"},
    {"bank_statement recent +vdig", 2, "a fair one is enough"},
    {"bank_statement old +vdig", 1, "not when it is older than three months"},
    {"bank_statement +vdig", 1, "nor when nobody knows how old it is"},
    {"x_professional_register +data", 1,
     "a register entry alone shows nobody: anyone may name a number"},
    {"x_membership_register +data", 1, "nor does the membership register alone"},
    {"x_membership_register +auth", 1, "nor a sign-in there without the record"},
    {"x_membership_register +data +auth", 2, "both together are level 2"},
    {"x_email_domain +x_code_email", 1, "a work address supports, but carries no level"},
    {"x_web_resource +x_dns; written_attestation +vri", 1, "so do a web page and a letter"},
    {"passport +vri +pvr; x_professional_register +data", 3,
     "strong and fair, both validated, face compared: level 3"},
    {"passport +vri +pvp; x_professional_register +data", 4, "in person: level 4"},
    {"passport +vri +pvr; x_membership_register +data +auth; driving_permit +vri +pvp by:9", 4,
     "in person with one as strong is enough"},
    {"passport +vcrypt +pvr; driving_permit +vri +pvp by:9", 4,
     "of a pair, one strong item is to be met in person"},
    {"passport +vri; x_professional_register +data", 2, "not without a face"},
    {"passport +vri +pvr; x_professional_register", 2, "not with an item unchecked"},
    {"passport +vri +pvr; x_professional_register -data", 2, "not with a check failed"},
    {"passport +vri +pvr; x_professional_register -data +data", 3,
     "the later check of a method counts"},
    {"passport +vri +pvr; x_professional_register +data -data", 2, "whichever way it went"},
    {"passport +vri +pvr -vri; x_professional_register +data", 1,
     "an item with a failed check is worth nothing"},
    {"passport +vri -pvr; x_professional_register +data", 1, "nor one whose face is another"},
    {"passport +vri +pvr", 2, "one strong item alone is not level 3"},
    {"passport +vcrypt +pvr", 3, "a superior one is"},
    {"passport +vcrypt", 2, "not without a face"},
    {"passport expired +vcrypt +pvr", 2, "expired, it is strong only"},
    {"passport today +vcrypt +pvr", 3, "on its last day it is not expired"},
    {"passport expired +vri +pvr; x_professional_register +data", 2,
     "expired, a strong one is fair"},
    {"passport expired +vri +pvr; idcard +vri +pvr", 3, "which is enough beside another"},
    {"passport +vri; idcard +vri +pvr", 3, "of two strong ones one is bound"},
    {"passport by:1 +vri +pvr; idcard by:1 +vri", 2, "two items of one issuer count once"},
    {"passport by:1 +vri +pvr; idcard by:2 +vri", 3, "two issuers count twice"},
    {"passport by:1 +vri +pvr; idcard by:1 +vri; x_professional_register +data", 3,
     "of one issuer the best item counts"},
    {"passport +vri +pvr; passport +vri", 2, "two of a kind without issuers are of one issuer"},
    {"bank_statement recent +vri; x_professional_register +data", 2,
     "two fair ones are not level 3"},
    {"driving_permit +data; x_professional_register +data; bank_statement recent +vri", 2,
     "without a face, no number of items is"},
    {"driving_permit +vri +pvr; x_professional_register +data; bank_statement recent +vri", 3,
     "a driving licence is strong"},
    {"driving_permit +vri +pvr; x_membership_register +data +auth", 3,
     "beside the membership register"},
    {"driving_permit +vri; x_membership_register +data +auth", 2,
     "where the sign-in binds the weaker item only"},
    {"passport +vri +pvr; x_professional_register +data; x_web_resource", 3,
     "an unchecked supporting item does not matter"},
    {"qes_eidas +vcrypt; passport +vri +pvr", 3, "a signature beside a passport"},
};

static void each_rule_of_the_ladder(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct score_case c = case_of(rows[i].items);
        struct score_result r = result_of(&c);
        if (r.level != rows[i].level)
            fail_msg("%s: %s gives %u, not %u", rows[i].rule, rows[i].items, r.level,
                     rows[i].level);
    }
}

static void what_the_member_states_and_answers_is_needed(void **state)
{
    struct score_case c = case_of("passport +vcrypt +pvr");

    (void)state;
    c.contact = false;
    assert_int_equal(result_of(&c).level, 0);
    c = case_of("passport +vcrypt +pvr; x_email_domain +x_code_email");
    assert_int_equal(result_of(&c).level, 3);
    c.born = false;
    assert_int_equal(result_of(&c).level, 2);
    assert_int_equal(result_of(&c).ial, 0);
    c.named = false;
    assert_int_equal(result_of(&c).level, 1);
}

/* Vouches that a policy takes for much: they corroborate, and alone never lift above level 2. */
static void vouches_alone_never_give_more_than_level_two(void **state)
{
    struct score_policy kept = *policy;
    struct score_type *vouch = &policy->type[type_named("written_attestation")];

    (void)state;
    vouch->strength = SCORE_SUPERIOR;
    vouch->methods |= score_policy_method(policy, "vcrypt") | score_policy_method(policy, "pvp");
    policy->method[__builtin_ctz(score_policy_method(policy, "vri"))].cap = SCORE_SUPERIOR;
    struct score_case c =
        case_of("written_attestation +vcrypt +pvp by:1; written_attestation +vcrypt +pvp by:2; "
                "written_attestation +vcrypt +pvp by:3; written_attestation +vri by:4");
    assert_int_equal(result_of(&c).level, 2);
    assert_int_equal(result_of(&c).ial, 1);
    c = case_of("written_attestation +vri by:1");
    assert_int_equal(result_of(&c).level, 1);
    c = case_of("written_attestation +vri by:1; passport +vri +pvr");
    assert_int_equal(result_of(&c).level, 3);
    c = case_of("written_attestation +vri +pvp by:1; passport +vri");
    assert_int_equal(result_of(&c).level, 2);
    *policy = kept;
}

static void superior_needs_its_signature_verified(void **state)
{
    struct score_policy kept = *policy;
    uint8_t passport = type_named("passport");

    (void)state;
    policy->type[passport].strength = SCORE_SUPERIOR;
    policy->method[__builtin_ctz(score_policy_method(policy, "vri"))].cap = SCORE_SUPERIOR;
    struct score_case c = case_of("passport +vri +pvr");
    assert_int_equal(result_of(&c).worth[0].worth, SCORE_STRONG);
    c = case_of("passport +vcrypt +pvr");
    assert_int_equal(result_of(&c).worth[0].worth, SCORE_SUPERIOR);
    *policy = kept;
}

static void nist_follows_the_pathways_and_never_claims_ial3(void **state)
{
    struct score_case c = case_of("passport +vri +pvp; idcard +vpip +pvp");

    (void)state;
    assert_int_equal(result_of(&c).level, 4);
    assert_int_equal(result_of(&c).ial, 2);
    c.duplicates =
        1; /* a sweep that found another like this one is no counter-fraud check passed */
    assert_int_equal(result_of(&c).ial, 1);
    assert_int_equal(result_of(&c).level, 4);
    c = case_of("passport +vri");
    assert_int_equal(result_of(&c).ial, 1);
    c = case_of("");
    assert_int_equal(result_of(&c).ial, 0);
}

static void standing_is_an_axis_of_its_own(void **state)
{
    static const struct {
        const char *items;
        enum score_standing standing;
    } of[] = {
        {"passport +vri +pvr", SCORE_NOT_KNOWN},
        {"x_professional_register", SCORE_NOT_KNOWN},
        {"x_professional_register +data", SCORE_CURRENT},
        {"x_professional_register +data old_look", SCORE_OLD},
        {"x_professional_register +data by:1; x_professional_register +data old_look by:2",
         SCORE_CURRENT},
        {"x_professional_register +data old_look by:1; x_professional_register +data by:2",
         SCORE_CURRENT},
        {"x_professional_register -data", SCORE_LAPSED},
        {"x_professional_register expired +data", SCORE_LAPSED},
        {"x_professional_register +data by:1; x_professional_register -data by:2", SCORE_LAPSED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        struct score_case c = case_of(of[i].items);
        if (result_of(&c).standing != of[i].standing)
            fail_msg("%s gives %d", of[i].items, result_of(&c).standing);
    }
    struct score_case with = case_of("passport +vri +pvr; x_professional_register +data"),
                      old = with;
    old.item[1].looked_up = TODAY - 400;
    assert_int_equal(result_of(&with).level, result_of(&old).level);
}

static void an_evaluation_holds_until_the_next_day_that_matters(void **state)
{
    struct score_case c = case_of("passport +vri");

    (void)state;
    assert_int_equal(result_of(&c).holds_until, INT32_MAX);
    c = case_of("passport today +vri");
    assert_int_equal(result_of(&c).holds_until, TODAY + 1);
    c = case_of("passport expired +vri");
    assert_int_equal(result_of(&c).holds_until, INT32_MAX);
    c = case_of("bank_statement recent +vri; x_professional_register +data");
    assert_int_equal(result_of(&c).holds_until, TODAY + 32);
    c = case_of("bank_statement recent +vri");
    assert_int_equal(result_of(&c).holds_until, TODAY - 30 + 92 + 1);
}

/* The level of GPG45 and one profile that is met; NULL: none is. */
static void profiles_of_gpg45(void **state)
{
    static const struct {
        const char *items;
        unsigned level;
        const char *profile;
    } of[] = {
        {"passport +vri", 0, NULL},
        {"passport +vri +pvr", 1, "L1A"},
        {"x_membership_register +data +auth", 0, NULL},
        {"x_professional_register +data; bank_statement recent +vri", 0, NULL},
        {"passport +vpiruv +pvp", 2, "M1C"},
        {"passport +vri +pvr; x_professional_register +data", 2, "M2B"},
        /* M2B but for the face, which belongs to the strongest item: the sign-in is a weaker one's
         */
        {"passport +vri; x_professional_register +data; x_membership_register +data +auth", 1,
         "L2A"},
        {"passport +vcrypt +pvp", 3, "H1A"},
        {"passport +vcrypt +pvp; idcard +vcrypt +pvp", 3, "H2E"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        struct score_case c = case_of(of[i].items);
        struct score_result r = result_of(&c);
        bool found = of[i].profile == NULL && r.matched == 0;
        for (size_t k = 0; k < policy->profiles; k++)
            found |= of[i].profile != NULL && (r.matched >> k & 1) &&
                     strcmp(policy->profile[k].name, of[i].profile) == 0;
        if (r.gpg45 != of[i].level || !found)
            fail_msg("%s: level %u, matched %llx", of[i].items, r.gpg45,
                     (unsigned long long)r.matched);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_of_the_ladder),
        cmocka_unit_test(what_the_member_states_and_answers_is_needed),
        cmocka_unit_test(vouches_alone_never_give_more_than_level_two),
        cmocka_unit_test(superior_needs_its_signature_verified),
        cmocka_unit_test(nist_follows_the_pathways_and_never_claims_ial3),
        cmocka_unit_test(standing_is_an_axis_of_its_own),
        cmocka_unit_test(an_evaluation_holds_until_the_next_day_that_matters),
        cmocka_unit_test(profiles_of_gpg45),
    };

    return cmocka_run_group_tests(tests, load_policy, drop_policy);
}
