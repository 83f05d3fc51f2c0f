/*
 * Comma-separated values as they come from spreadsheets, tidy or not.
 */
#include "tests/unit/check.h"

#include <stdio.h>

#include "directory/base/csv.h"

/* The records of a text: fields joined by |, records by a slash, a broken one as !. */
static const char *read_all(const char *given, char out[256])
{
    struct csv csv;
    char *text = strdup(given);
    size_t n = 0;

    out[0] = '\0';
    csv_begin(&csv, text);
    csv_guess(&csv);
    while (csv_next(&csv)) {
        if (csv.error != NULL)
            n += (size_t)snprintf(out + n, 256 - n, "!");
        for (size_t i = 0; csv.error == NULL && i < csv.n; i++)
            n += (size_t)snprintf(out + n, 256 - n, "%s%s", i > 0 ? "|" : "", csv.fields[i]);
        n += (size_t)snprintf(out + n, 256 - n, "/");
    }
    free(text);
    return out;
}

#define READS(given, expected)                                                                     \
    do {                                                                                           \
        char out_[256];                                                                            \
        assert_string_equal(read_all(given, out_), expected);                                      \
    } while (0)

static void records_are_read(void **state)
{
    (void)state;
    READS("", "");
    READS("\n\r\n\n", "");
    READS("a,b\nc,d", "a|b/c|d/");
    READS("a,b\r\nc,d\r\n", "a|b/c|d/");
    READS("a,\n,b\n", "a|/|b/");
    READS("\xef\xbb\xbf"
          "a,b\n",
          "a|b/");
    READS("\"a,1\",\"say \"\"hi\"\"\"\n", "a,1|say \"hi\"/");
    READS("\"two\nlines\",b\n", "two\nlines|b/");
}

static void what_separates_is_found_in_the_first_line(void **state)
{
    (void)state;
    READS("a;b;c\n1,5;2;3\n", "a|b|c/1,5|2|3/");
    READS("a\tb\n1\t2\n", "a|b/1|2/");
    READS("a,b;c,d\n", "a|b;c|d/");
    READS("alone\n", "alone/");
}

static void what_is_broken_does_not_spoil_the_rest(void **state)
{
    (void)state;
    READS("a,b\n\"x\"y,z\nc,d\n", "a|b/!/c|d/");
    READS("a,b\nc,\"open\n", "a|b/!/");
}

static void lines_are_counted(void **state)
{
    struct csv csv;
    char text[] = "a\n\n\"b\nb\"\r\nc\n";
    const size_t begun[] = {1, 3, 5};

    (void)state;
    csv_begin(&csv, text);
    for (size_t i = 0; i < 3; i++) {
        assert_true(csv_next(&csv));
        assert_int_equal(csv.begun, begun[i]);
    }
    assert_false(csv_next(&csv));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_read),
        cmocka_unit_test(what_separates_is_found_in_the_first_line),
        cmocka_unit_test(what_is_broken_does_not_spoil_the_rest),
        cmocka_unit_test(lines_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
