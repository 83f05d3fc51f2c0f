/*
 * Forms and query strings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tmtp-link/base/form.h"

static void check_value(const char *form, const char *name, const char *expected)
{
    char *value = form_value(form, name);

    if (expected == NULL) {
        assert_null(value);
    } else {
        assert_non_null(value);
        assert_string_equal(value, expected);
    }
    free(value);
}

static void values_are_found_and_unescaped(void **state)
{
    (void)state;
    check_value("a=1&b=2", "b", "2");
    check_value("ab=1&b=2", "b", "2");
    check_value("a=x%2Fy+z%c3%A9", "a", "x/y zé");
    check_value("a=&b=2", "a", "");
    check_value("a=1&a=2", "a", "1");
    check_value("&&a=1", "a", "1");
    check_value("a=1", "b", NULL);
    check_value("a", "a", NULL);
    check_value("", "a", NULL);
}

static void wrong_escapes_and_nul_are_refused(void **state)
{
    (void)state;
    check_value("a=%", "a", NULL);
    check_value("a=%2", "a", NULL);
    check_value("a=%2&b=1", "a", NULL);
    check_value("a=%zz", "a", NULL);
    check_value("a=x%00y", "a", NULL);
}

static void any_text_survives_escaping(void **state)
{
    static const char text[] = "=&+% é/?#~%+123";
    char *escaped = form_escape(text);
    char form[200];

    (void)state;
    assert_non_null(escaped);
    assert_null(strpbrk(escaped, "=&+ /?#"));
    memcpy(form, "x=", 2);
    memcpy(form + 2, escaped, strlen(escaped) + 1);
    check_value(form, "x", text);
    free(escaped);
}

static void a_value_is_replaced_in_place(void **state)
{
    char *changed = form_replace("a=1&redirect_uri=old&b=2", "redirect_uri", "http://x/");
    char *same = form_replace("a=1", "redirect_uri", "http://x/");

    (void)state;
    assert_string_equal(changed, "a=1&redirect_uri=http%3A%2F%2Fx%2F&b=2");
    assert_string_equal(same, "a=1");
    free(changed);
    free(same);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_and_unescaped),
        cmocka_unit_test(wrong_escapes_and_nul_are_refused),
        cmocka_unit_test(any_text_survives_escaping),
        cmocka_unit_test(a_value_is_replaced_in_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
