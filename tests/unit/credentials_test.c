/*
 * The credentials file: kept private, written whole.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tmtp-link/client/credentials.h"

#define UID  "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define NODE "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC"

static char folder[] = "/tmp/credentials_test.XXXXXX";
static char path[sizeof folder + 8];

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL || snprintf(path, sizeof path, "%s/c.json", folder) < 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder); /* fails when anything else was left behind */
}

static void write_file(const char *text, mode_t mode)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void what_was_saved_is_loaded(void **state)
{
    struct credentials credentials = {0};
    struct tmtp_error error;
    struct stat status;

    (void)state;
    assert_int_equal(credentials_new(path, "=h:1", &credentials, &error), TMTP_OK);
    assert_int_equal(credentials_set(&credentials, "uid", UID, &error), TMTP_OK);
    assert_int_equal(credentials_set(&credentials, "node", NODE, &error), TMTP_OK);
    assert_int_equal(credentials_set(&credentials, "alias", "Ünïcode", &error), TMTP_OK);
    assert_int_equal(credentials_save(&credentials, &error), TMTP_OK);
    credentials_free(&credentials);

    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(credentials_load(path, &credentials, &error), TMTP_OK);
    assert_string_equal(credentials_get(&credentials, "server"), "=h:1");
    assert_string_equal(credentials_get(&credentials, "alias"), "Ünïcode");
    assert_string_equal(credentials_get(&credentials, "absent"), "");
    credentials_free(&credentials);
}

static void a_file_that_others_can_read_is_refused(void **state)
{
    struct credentials credentials = {0};
    struct tmtp_error error;

    (void)state;
    write_file("{\"uid\":\"" UID "\",\"node\":\"" NODE "\"}", 0640);
    assert_int_equal(credentials_load(path, &credentials, &error), TMTP_LOCAL);
    assert_non_null(strstr(error.text, "0600"));
    write_file("{\"uid\":\"" UID "\",\"node\":\"" NODE "\"}", 0600);
    assert_int_equal(credentials_load(path, &credentials, &error), TMTP_OK);
    credentials_free(&credentials);
}

static void what_is_no_credentials_file_is_refused(void **state)
{
    static const char *const bad[] = {"", "[]", "{}", "{\"uid\":\"x\",\"node\":\"y\"}",
                                      "{\"uid\":\"" UID "\"}"};
    struct credentials credentials = {0};
    struct tmtp_error error;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_file(bad[i], 0600);
        assert_int_equal(credentials_load(path, &credentials, &error), TMTP_LOCAL);
    }
    unlink(path);
    assert_int_equal(credentials_load(path, &credentials, &error), TMTP_NONE);
}

static void saving_where_it_can_not_be_says_so(void **state)
{
    struct credentials credentials = {0};
    struct tmtp_error error;

    (void)state;
    assert_int_equal(credentials_new("/nonexistent/c.json", "=h:1", &credentials, &error), TMTP_OK);
    assert_int_equal(credentials_save(&credentials, &error), TMTP_LOCAL);
    assert_int_equal(credentials_set(&credentials, "alias", "\xff", &error), TMTP_LOCAL);
    credentials_free(&credentials);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_saved_is_loaded),
        cmocka_unit_test(a_file_that_others_can_read_is_refused),
        cmocka_unit_test(what_is_no_credentials_file_is_refused),
        cmocka_unit_test(saving_where_it_can_not_be_says_so),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
