/*
 * Accept-Language, from browsers and from strangers.
 */
#include "tests/unit/check.h"

#include "directory/http/language.h"

#define READS(header, expected)                                                                    \
    do {                                                                                           \
        char out_[WORK_LANGUAGES];                                                                 \
        language_read(header, out_);                                                               \
        assert_string_equal(out_, expected);                                                       \
    } while (0)

static void languages_come_best_first(void **state)
{
    (void)state;
    READS("de", "de");
    READS("de-CH", "de-ch,de");
    READS("de-CH, de;q=0.9, fr;q=0.8", "de-ch,de,fr");
    READS("fr;q=0.5, de;q=0.8", "de,fr");
    READS("de;q=0, fr", "fr");
}

static void nothing_comes_behind_english(void **state)
{
    (void)state;
    READS(NULL, "");
    READS("", "");
    READS("en-GB,en;q=0.9,de;q=0.8", "");
    READS("de,en;q=0.9,fr;q=0.8", "de");
}

static void what_is_no_language_is_passed_over(void **state)
{
    (void)state;
    READS("*", "");
    READS("de'; drop table x; --", "");
    READS("x, abcd, de", "de");
    READS(",,;q=1, de", "de");
    READS("de;q=nan, fr;q=x, it", "it");
    READS("aa-bbbbbbbbbb,cc-dddddddddd,ee-ffffffffff,gg-hhhhhhhhhh,ii-jjjjjjjjjj,kk-llllllllll",
          "aa-bbbbbbbbbb,aa,cc-dddddddddd,cc,ee-ffffffffff,ee,gg,ii,kk");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(languages_come_best_first),
        cmocka_unit_test(nothing_comes_behind_english),
        cmocka_unit_test(what_is_no_language_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
