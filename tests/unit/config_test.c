/*
 * The configuration: defaults, every type, and what is refused with file and line.
 */
#include "tests/unit/check.h"

#include <stdio.h>
#include <unistd.h>

static char *write_file(const char *text)
{
    static char path[] = "/tmp/agora-config-XXXXXX";

    memcpy(path + sizeof path - 7, "XXXXXX", 6);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    return path;
}

static enum agora_status read_text(void *mem, const char *text, struct config **c, struct error *e)
{
    char *path = write_file(text);
    enum agora_status s = config_read(mem, path, c, e);

    unlink(path);
    return s;
}

static void refused(const char *text, const char *line, const char *words)
{
    struct config *c = NULL;
    struct error e = {0};

    assert_int_equal(read_text(NULL, text, &c, &e), AGORA_INVALID_FIELD);
    assert_null(c);
    if (strstr(e.text, line) == NULL || strstr(e.text, words) == NULL)
        fail_msg("\"%s\" has not \"%s\" and \"%s\"", e.text, line, words);
}

static void keys_that_are_not_set_keep_their_defaults(void **state)
{
    struct config *c = NULL;
    struct error e;

    (void)state;
    assert_int_equal(read_text(NULL, "[http]\nlisten = /run/a.sock ; here\n", &c, &e), AGORA_OK);
    assert_string_equal(c->http_listen, "/run/a.sock");
    assert_int_equal(c->http_workers, 8);
    assert_string_equal(c->agora_role, "all");
    talloc_free(c);
}

static void what_is_printed_is_read_again(void **state)
{
    struct config *c = NULL, *again = NULL;
    struct error e;
    char *text = NULL;
    size_t len = 0;

    (void)state;
    assert_int_equal(read_text(NULL, "[http]\nworkers = 3\n", &c, &e), AGORA_OK);
    FILE *out = open_memstream(&text, &len);
    config_print(c, out);
    fclose(out);
    assert_int_equal(read_text(NULL, text, &again, &e), AGORA_OK);
    assert_int_equal(again->http_workers, 3);
    assert_string_equal(again->agora_base_url, c->agora_base_url);
    talloc_free(c);
    talloc_free(again);
    free(text);
}

static void unknown_keys_and_sections_are_refused_by_line(void **state)
{
    (void)state;
    refused("[http]\nlisten = a:1\nlisen = b:2\n", ":3:", "lisen: no such key");
    refused("# comment\n[htpp]\nlisten = a:1\n", ":3:", "htpp: no such section");
    refused("listen = a:1\n", ":1:", "no such section");
    refused("[http]\nlisten\n", ":2:", "neither");
}

static void bad_values_are_refused(void **state)
{
    char longest[300];

    (void)state;
    refused("[http]\nworkers = 0\n", ":2:", "from 1 to 64");
    refused("[http]\nworkers = 8x\n", ":2:", "whole number");
    refused("[http]\nworkers =\n", ":2:", "whole number");
    refused("[http]\nworkers = 2\nworkers = 3\n", ":3:", "twice");
    snprintf(longest, sizeof longest, "[http]\nlisten = %0220d\n", 1);
    refused(longest, ":2:", "longer");
}

static void a_file_that_is_not_there_is_named(void **state)
{
    struct config *c = NULL;
    struct error e = {0};

    (void)state;
    assert_int_equal(config_read(NULL, "/no/such/file.conf", &c, &e), AGORA_UNAVAILABLE);
    assert_non_null(strstr(e.text, "/no/such/file.conf"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_that_are_not_set_keep_their_defaults),
        cmocka_unit_test(what_is_printed_is_read_again),
        cmocka_unit_test(unknown_keys_and_sections_are_refused_by_line),
        cmocka_unit_test(bad_values_are_refused),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
