/*
 * Names of attachments: what is sent, and under which name a stranger's file is stored.
 */
#include "tests/unit/check.h"

#include "tmtp-link/command/filename.h"

static void sent(const char *path, const char *expected)
{
    char *name = filename_to_send(path);

    if (expected == NULL) {
        assert_null(name);
    } else {
        assert_non_null(name);
        assert_string_equal(name, expected);
    }
    free(name);
}

static void stored(const char *name, unsigned copy, const char *expected)
{
    char got[FILENAME_SIZE];

    filename_to_store(name, copy, got);
    assert_string_equal(got, expected);
}

static void a_file_is_sent_by_its_name_alone(void **state)
{
    (void)state;
    sent("/home/maria/Plan.pdf", "u:Plan.pdf");
    sent("Plan.pdf", "u:Plan.pdf");
    sent("../Übersicht 3", "u:Übersicht 3");
}

static void a_name_that_kills_the_stock_client_is_not_sent(void **state)
{
    char longest[] = "/x/" /* 226 follow: "u:" is four octets of the 230, escaped */
                     "0123456789012345678901234567890123456789012345678901234567890123456789"
                     "0123456789012345678901234567890123456789012345678901234567890123456789"
                     "0123456789012345678901234567890123456789012345678901234567890123456789"
                     "0123456789012345";
    char expected[sizeof longest];

    (void)state;
    sent("", NULL);
    sent("folder/", NULL);
    sent("bad\xff", NULL);
    assert_int_equal(strlen(longest + 3), 226);
    snprintf(expected, sizeof expected, "u:%s", longest + 3);
    sent(longest, expected);
    longest[10] = '$'; /* three octets when escaped */
    sent(longest, NULL);
}

static void a_stored_name_has_no_folder_and_is_not_hidden(void **state)
{
    (void)state;
    stored("u:Plan.pdf", 0, "Plan.pdf");
    stored("f:form", 0, "form");
    stored("Plan.pdf", 0, "Plan.pdf");
    stored("u:../../etc/passwd", 0, "passwd");
    stored("u:a\\b", 0, "b");
    stored("u:..", 0, "_.");
    stored("u:.", 0, "_");
    stored("u:.ssh", 0, "_ssh");
    stored("u:-rf", 0, "_rf");
    stored("u:", 0, "attachment");
    stored("u:x/", 0, "attachment");
    stored("", 3, "attachment (3)");
}

static void what_a_terminal_obeys_is_not_stored(void **state)
{
    (void)state;
    stored("u:a\x1b[2J\n\x7f", 0, "a_[2J__");
    stored("u:a\xc2\x9b"
           "b",
           0, "a__b");
    stored("u:\xc2\xa9", 0, "\xc2\xa9");
    stored("u:\xc2", 0, "_");
}

static void a_copy_has_its_number_before_the_ending(void **state)
{
    (void)state;
    stored("u:a.txt", 1, "a (1).txt");
    stored("u:a.tar.gz", 999, "a.tar (999).gz");
    stored("u:Makefile", 2, "Makefile (2)");
    stored("u:.bashrc", 2, "_bashrc (2)");
}

static void a_long_name_is_cut_between_characters_and_keeps_its_ending(void **state)
{
    char name[600] = "u:x";
    char got[FILENAME_SIZE];

    (void)state;
    for (size_t i = 3; i + 2 < 500; i += 2) {
        memcpy(name + i, "\xc3\xa9", 3);
    }
    memcpy(name + 499, ".pdf", 5);
    filename_to_store(name, 123, got);
    assert_true(strlen(got) < FILENAME_SIZE - 1);
    assert_string_equal(got + strlen(got) - 10, " (123).pdf");
    assert_int_equal((unsigned char)got[strlen(got) - 11], 0xa9);
    memset(name + 2, '.', 500);
    filename_to_store(name, 0, got);
    assert_true(strlen(got) < FILENAME_SIZE - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_sent_by_its_name_alone),
        cmocka_unit_test(a_name_that_kills_the_stock_client_is_not_sent),
        cmocka_unit_test(a_stored_name_has_no_folder_and_is_not_hidden),
        cmocka_unit_test(what_a_terminal_obeys_is_not_stored),
        cmocka_unit_test(a_copy_has_its_number_before_the_ending),
        cmocka_unit_test(a_long_name_is_cut_between_characters_and_keeps_its_ending),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
