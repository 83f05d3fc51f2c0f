/* Reading files whole: what they hold, up to a limit, whatever they say of their size. */
#include "tests/unit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/file.h"

static char path[] = "/tmp/agora-file-test-XXXXXX";

static void write_octets(size_t n)
{
    char octets[64];

    memset(octets, 'x', sizeof octets);
    assert_int_equal(truncate(path, 0), 0);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(octets, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static void a_file_is_read_up_to_the_limit(void **state)
{
    void *mem = talloc_new(NULL);
    struct error e = {0};
    char *text = NULL;
    size_t len = 99;

    (void)state;
    for (size_t n = 0; n <= 10; n++) {
        write_octets(n);
        assert_int_equal(file_read(mem, path, 10, &text, &len, &e), AGORA_OK);
        assert_int_equal(len, n);
        assert_int_equal(strlen(text), n);
    }
    write_octets(11);
    text = NULL;
    assert_int_equal(file_read(mem, path, 10, &text, &len, &e), AGORA_TOO_LARGE);
    assert_null(text);
    assert_int_equal(len, 10);
    talloc_free(mem);
}

static void a_file_takes_no_more_memory_than_it_holds(void **state)
{
    void *mem = talloc_new(NULL);
    struct error e = {0};
    char *text = NULL;

    (void)state;
    write_octets(10);
    assert_int_equal(file_read(mem, path, SIZE_MAX / 4, &text, NULL, &e), AGORA_OK);
    assert_string_equal(text, "xxxxxxxxxx");
    assert_int_equal(talloc_get_size(text), 11);
    talloc_free(mem);
}

static void a_file_that_says_it_is_empty_is_read(void **state)
{
    void *mem = talloc_new(NULL);
    struct error e = {0};
    char *text = NULL;
    size_t len = 0;

    (void)state;
    assert_int_equal(file_read(mem, "/proc/self/status", 65536, &text, &len, &e), AGORA_OK);
    assert_memory_equal(text, "Name:", 5);
    assert_int_equal(strlen(text), len);
    assert_int_equal(file_read(mem, "/proc/self/status", 5, &text, &len, &e), AGORA_TOO_LARGE);
    talloc_free(mem);
}

static void what_is_no_file_is_not_read(void **state)
{
    void *mem = talloc_new(NULL);
    struct error e = {0};
    char *text = NULL;

    (void)state;
    assert_int_equal(file_read(mem, "/proc/self", 10, &text, NULL, &e), AGORA_UNAVAILABLE);
    assert_int_equal(file_read(mem, "/no/such/file", 10, &text, NULL, &e), AGORA_UNAVAILABLE);
    assert_null(text);
    talloc_free(mem);
}

static int make_path(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_up_to_the_limit),
        cmocka_unit_test(a_file_takes_no_more_memory_than_it_holds),
        cmocka_unit_test(a_file_that_says_it_is_empty_is_read),
        cmocka_unit_test(what_is_no_file_is_not_read),
    };

    return cmocka_run_group_tests(tests, make_path, remove_path);
}
