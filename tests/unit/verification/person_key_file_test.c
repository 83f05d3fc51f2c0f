/* The file of the keys by which a person is found again: whole or none, and for nobody else. */
#include "tests/unit/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directory/domain/person_key_file.h"

#define DIGITS "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static char folder[] = "/tmp/agora-person-XXXXXX";
static char path[64], part[70];
static struct config config = {.person_key_file = path};
static struct work w;

static int begin(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/person.key", folder);
    snprintf(part, sizeof part, "%s.new", path);
    return work_begin(&w, NULL, NULL, &config) != AGORA_OK;
}

static int end(void **state)
{
    (void)state;
    unlink(path);
    work_end(&w);
    return rmdir(folder);
}

static enum agora_status read_text(const char *text, struct person_keys **keys)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    return person_keys_read(&w, keys);
}

static void what_is_written_is_read(void **state)
{
    struct person_keys keys = {.n = PERSON_KEYS_MAX}, *read;
    struct stat st;

    (void)state;
    for (size_t i = 0; i < keys.n; i++) {
        memcpy(keys.at[i].id, "0000000", 8);
        keys.at[i].id[7] = (char)('0' + i);
        memset(keys.at[i].key, (int)(0xf0 + i), PERSON_KEY_LEN);
    }
    assert_int_equal(person_keys_write(&w, &keys), AGORA_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(access(part, F_OK), -1);
    assert_int_equal(person_keys_read(&w, &read), AGORA_OK);
    assert_int_equal(read->n, keys.n);
    assert_memory_equal(read->at, keys.at, sizeof keys.at);
    talloc_free(read);
}

static void a_line_that_is_no_key_makes_the_whole_file_none(void **state)
{
    static const char *const bad[] = {
        "",
        "\n\n",
        "0123456 " DIGITS "\n",
        "01234567" DIGITS "\n",
        "0123456X " DIGITS "\n",
        "01234567 " DIGITS "00\n",
        "01234567 0" DIGITS "\n",
        "01234567 " DIGITS "\nnothing\n",
        "01234567 0x112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n",
        "0 " DIGITS "\n1 " DIGITS "\n",
        "00000001 " DIGITS "\n00000002 " DIGITS "\n00000003 " DIGITS "\n00000004 " DIGITS
        "\n00000005 " DIGITS "\n",
    };
    struct person_keys *keys = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(read_text(bad[i], &keys), AGORA_UNAVAILABLE);
    assert_null(keys);
    assert_int_equal(read_text("01234567 " DIGITS "\r\n\n89abcdef " DIGITS, &keys), AGORA_OK);
    assert_int_equal(keys->n, 2);
    assert_string_equal(keys->at[1].id, "89abcdef");
    talloc_free(keys);
}

static void a_file_that_others_may_read_is_none(void **state)
{
    struct person_keys *keys;
    static const mode_t modes[] = {0640, 0604, 0620, 0601};

    (void)state;
    assert_int_equal(read_text("01234567 " DIGITS "\n", &keys), AGORA_OK);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(chmod(path, modes[i]), 0);
        assert_int_equal(person_keys_read(&w, &keys), AGORA_UNAVAILABLE);
    }
    assert_int_equal(chmod(path, 0600), 0);
}

/* Nor is a link followed, wherever it leads. */
static void no_file_and_a_link_are_none(void **state)
{
    struct person_keys *keys;

    (void)state;
    assert_int_equal(rename(path, part), 0);
    assert_int_equal(person_keys_read(&w, &keys), AGORA_UNAVAILABLE);
    assert_int_equal(symlink(part, path), 0);
    assert_int_equal(person_keys_read(&w, &keys), AGORA_UNAVAILABLE);
    assert_int_equal(rename(part, path), 0);
    assert_int_equal(person_keys_read(&w, &keys), AGORA_OK);
}

/* Two who write at once: the second one fails and leaves both files as they are. */
static void who_comes_second_changes_nothing(void **state)
{
    struct person_keys *keys;

    (void)state;
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(person_keys_read(&w, &keys), AGORA_OK);
    assert_int_equal(person_keys_write(&w, keys), AGORA_UNAVAILABLE);
    assert_int_equal(unlink(part), 0);
    assert_int_equal(person_keys_write(&w, keys), AGORA_OK);
    talloc_free(keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_line_that_is_no_key_makes_the_whole_file_none),
        cmocka_unit_test(a_file_that_others_may_read_is_none),
        cmocka_unit_test(no_file_and_a_link_are_none),
        cmocka_unit_test(who_comes_second_changes_nothing),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
