/*
 * uids, node passwords and aliases.
 */
#include "tmtp-link/server/identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tmtp-link/wire/base32.h"

static struct tmtp_text text(const char *of)
{
    return (struct tmtp_text){of, strlen(of)};
}

static void uids_are_of_their_form_and_differ(void **state)
{
    char one[TMTP_UID_LEN + 1];
    char two[TMTP_UID_LEN + 1];

    (void)state;
    identity_uid(one);
    identity_uid(two);
    assert_true(base32_is_uid(one, strlen(one)));
    assert_string_not_equal(one, two);
}

static void a_password_leads_to_what_is_kept_of_it(void **state)
{
    char password[TMTP_NODE_LEN + 1];
    uint8_t kept[IDENTITY_SECRET];
    uint8_t again[IDENTITY_SECRET];

    (void)state;
    identity_node(password, kept);
    assert_int_equal(strlen(password), TMTP_NODE_LEN);
    assert_true(identity_secret(text(password), again));
    assert_memory_equal(kept, again, sizeof kept);
    password[3] = password[3] == '1' ? '2' : '1';
    assert_true(identity_secret(text(password), again));
    assert_memory_not_equal(kept, again, sizeof kept);
}

static void a_password_of_another_length_is_nobodys_and_no_base32_is_refused(void **state)
{
    uint8_t one[IDENTITY_SECRET];
    uint8_t two[IDENTITY_SECRET];

    (void)state;
    assert_true(identity_secret(text("LB27ML46"), one));
    assert_true(identity_secret(text("LB27ML46"), two));
    assert_memory_not_equal(one, two, sizeof one);
    assert_false(identity_secret(text("none"), one));
    assert_false(identity_secret(text("LB27ML4"), one));
}

static void aliases_are_printable_and_of_eight_octets_to_eighty_characters(void **state)
{
    char wide[161];

    (void)state;
    assert_null(identity_name_fault(IDENTITY_NEWALIAS, text("12345678")));
    assert_null(identity_name_fault(IDENTITY_NEWALIAS, text("éééé")));
    assert_non_null(identity_name_fault(IDENTITY_NEWALIAS, text("1234567")));
    for (size_t i = 0; i < sizeof wide - 1; i += 2) {
        wide[i] = '\xc3';
        wide[i + 1] = '\xa9';
    }
    wide[160] = '\0';
    assert_null(identity_name_fault(IDENTITY_NEWALIAS, text(wide)));
    assert_non_null(identity_name_fault(IDENTITY_NEWALIAS, (struct tmtp_text){"x\0xxxxxxx", 9}));
    assert_non_null(identity_name_fault(IDENTITY_NEWALIAS, text("12345678\n")));
    assert_non_null(identity_name_fault(IDENTITY_NEWALIAS, text("1234567\x7f")));
    assert_non_null(identity_name_fault(IDENTITY_NEWALIAS, text("1234567\xc2\x9f")));
    assert_null(identity_name_fault(IDENTITY_NEWALIAS, text("1234567\xc2\xa0")));
}

static void a_header_has_what_all_have(void **state)
{
    char posted[POSTED_SIZE];
    json_t *header;

    (void)state;
    identity_posted(posted);
    assert_int_equal(strlen(posted), 24);
    assert_int_equal(posted[23], 'Z');
    header = identity_header("ping", "u", 0x2a, posted, 5);
    assert_string_equal(json_string_value(json_object_get(header, "id")), "000000000000002a");
    assert_string_equal(json_string_value(json_object_get(header, "op")), "ping");
    assert_int_equal(json_integer_value(json_object_get(header, "datalen")), 5);
    json_decref(header);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uids_are_of_their_form_and_differ),
        cmocka_unit_test(a_password_leads_to_what_is_kept_of_it),
        cmocka_unit_test(a_password_of_another_length_is_nobodys_and_no_base32_is_refused),
        cmocka_unit_test(aliases_are_printable_and_of_eight_octets_to_eighty_characters),
        cmocka_unit_test(a_header_has_what_all_have),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
