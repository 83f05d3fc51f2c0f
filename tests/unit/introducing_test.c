/* The words of the introducing thread, and what may be logged of the TMTP side's errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* clang-format off */
#include <cmocka.h>
/* clang-format on */
#include <jansson.h>
#include <string.h>
#include <talloc.h>

#include "directory/domain/introducing.h"
#include "directory/domain/tmtp_link.h"

#define UID "%+123456789BCDFGHJKLMNPQRSTVWXYZ"

static char *written(void *mem, const char *why, const char *name, char **subject)
{
    json_t *action =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "asker_name", name, "asked_name", "Bob", "ask",
                  "Advice", "why", why, "asker_verified", "Known.", "asked_verified", "Known.");
    char *body;

    assert_true(introducing_write(mem, action, "https://example.org", true, subject, &body));
    json_decref(action);
    return body;
}

static void members_words_are_text_whatever_they_contain(void **state)
{
    static const struct {
        const char *why, *quoted;
    } cases[] = {
        {"plain words, with commas.", "\n> plain words, with commas.\n"},
        {"*bold* _it_ `x` [a](b) <b> &amp; a|b ~~c~~ #1 !",
         "\n> \\*bold\\* \\_it\\_ \\`x\\` \\[a\\](b) \\<b\\> \\&amp; a\\|b \\~\\~c\\~\\~ \\#1 "
         "\\!\n"},
        {"1. one\n2) two\n- three\n+ four", "\n> 1\\. one\n> 2\\) two\n> \\- three\n> \\+ four\n"},
        {"a - b + c = 1.5", "\n> a - b + c = 1.5\n"},
        {"back\\slash\n===", "\n> back\\\\slash\n> \\===\n"},
        {"grüße, 日本語", "\n> grüße, 日本語\n"},
    };
    void *mem = talloc_new(NULL);
    char *subject;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_non_null(strstr(written(mem, cases[i].why, "Ann", &subject), cases[i].quoted));
    talloc_free(mem);
}

static void a_name_is_escaped_in_the_body_and_plain_in_the_subject(void **state)
{
    void *mem = talloc_new(NULL);
    char *subject;
    const char *body = written(mem, "why", "A*n*n", &subject);

    (void)state;
    assert_string_equal(subject, "Introduction: A*n*n and Bob");
    assert_non_null(strstr(body, "A\\*n\\*n, Bob: you have agreed"));
    assert_null(strstr(body, "A*n*n"));
    talloc_free(mem);
}

static void an_end_is_promised_only_where_there_is_one(void **state)
{
    void *mem = talloc_new(NULL);
    json_t *action = json_pack("{s:s, s:s}", "asker_name", "Ann", "asked_name", "Bob");
    char *subject, *body;

    (void)state;
    assert_true(introducing_write(mem, action, "https://example.org", true, &subject, &body));
    assert_non_null(strstr(body, "can end this contact at any time"));
    assert_true(introducing_write(mem, action, "https://example.org", false, &subject, &body));
    assert_null(strstr(body, "at any time"));
    assert_non_null(strstr(body, "cannot be told when a contact has ended"));
    json_decref(action);
    talloc_free(mem);
}

static void uids_are_hidden_plain_and_escaped(void **state)
{
    static const struct {
        const char *given, *shown;
    } cases[] = {
        {"not introduced to " UID, "not introduced to (uid)"},
        {"PUT https://h/v1/contacts/%25%2B123456789BCDFGHJKLMNPQRSTVWXYZ/" UID ": away",
         "PUT https://h/v1/contacts/(uid)/(uid): away"},
        {"the TMTP server answers 503: THE DATABASE IS AWAY",
         "the TMTP server answers 503: THE DATABASE IS AWAY"},
        {"", ""},
        {UID, "(uid)"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[200];
        snprintf(text, sizeof text, "%s", cases[i].given);
        tmtp_link_hide_uids(text);
        assert_string_equal(text, cases[i].shown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_words_are_text_whatever_they_contain),
        cmocka_unit_test(a_name_is_escaped_in_the_body_and_plain_in_the_subject),
        cmocka_unit_test(an_end_is_promised_only_where_there_is_one),
        cmocka_unit_test(uids_are_hidden_plain_and_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
