/*
 * The small things of directory/base: UTF-8, hashes and their text forms, the registry of errors,
 * time.
 */
#include "tests/unit/check.h"

#include <unistd.h>

#include "directory/base/clock.h"
#include "directory/base/crypto.h"
#include "directory/base/file.h"
#include "directory/base/random.h"
#include "directory/base/utf8.h"
#include "directory/db/connection.h"

static void only_shortest_forms_of_characters_are_utf8(void **state)
{
    static const char *const good[] = {"", "a", "é", "€", "𝄞", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"};
    static const char *const bad[] = {"\x80",         "\xc0\x80",
                                      "\xc1\xbf",     "\xe0\x9f\xbf",
                                      "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                                      "\xf5\x80\x80", "\xf4\x90\x80\x80",
                                      "\xe2\x82",     "\xc3",
                                      "a\xff"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(utf8_valid(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(utf8_valid(bad[i], strlen(bad[i])));
    assert_int_equal(utf8_length("aé€𝄞"), 4);
    const char *at = "€";
    assert_int_equal(utf8_next(&at, at + 3), 0x20ac);
}

static void a_cut_text_is_mended(void **state)
{
    struct error e;
    char text[] = "a\xc3"
                  "b\xe2\x82";

    (void)state;
    utf8_mend(text);
    assert_string_equal(text, "a?b??");
    error_set(&e, AGORA_INVALID_FIELD, "/\xc3", "%.3s", "aé€");
    assert_string_equal(e.pointer, "/?");
    assert_string_equal(e.text, "aé");
}

static void base64url_is_read_as_written_and_nothing_else(void **state)
{
    void *mem = talloc_new(NULL);
    size_t len = 0;

    (void)state;
    assert_string_equal(base64url_encode(mem, "\xfb\xff\xfe", 3), "-__-");
    assert_string_equal(base64url_encode(mem, "ab", 2), "YWI");
    uint8_t *octets = base64url_decode(mem, "YWI", 3, &len);
    assert_non_null(octets);
    assert_int_equal(len, 2);
    assert_memory_equal(octets, "ab", 3);
    assert_null(base64url_decode(mem, "YWI=", 4, &len));
    assert_null(base64url_decode(mem, "YW I", 4, &len));
    assert_null(base64url_decode(mem, "YW+I", 4, &len));
    assert_null(base64url_decode(mem, "Y", 1, &len));
    talloc_free(mem);
}

static void hashes_and_comparisons_are_right(void **state)
{
    char hex[2 * SHA256_LEN + 1];

    (void)state;
    sha256_hex("abc", 3, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_true(secret_equal("same", "same"));
    assert_false(secret_equal("same", "samE"));
    assert_false(secret_equal("", "x"));
}

static void tokens_differ_and_come_with_their_hash(void **state)
{
    char hash[2 * SHA256_LEN + 1], other[2 * SHA256_LEN + 1], expected[2 * SHA256_LEN + 1];
    char *a = random_token(NULL, hash), *b = random_token(NULL, other);

    (void)state;
    assert_int_equal(strlen(a), 43);
    assert_string_not_equal(a, b);
    assert_string_not_equal(hash, other);
    sha256_hex(a, strlen(a), expected);
    assert_string_equal(hash, expected);
    talloc_free(a);
    talloc_free(b);
}

static void times_are_rfc_3339(void **state)
{
    char text[32];

    (void)state;
    time_text(INT64_C(1709164799123456), text);
    assert_string_equal(text, "2024-02-28T23:59:59.123Z");
}

static void every_kind_of_error_is_in_the_registry_once(void **state)
{
    (void)state;
    for (int s = AGORA_OK + 1; s < AGORA_STATUSES; s++) {
        const struct error_kind *k = error_kind((enum agora_status)s);
        assert_in_range(k->http, 400, 599);
        if (k->sqlstate[0] != '\0')
            assert_int_equal(error_of_sqlstate(k->sqlstate), s);
        for (int other = AGORA_OK + 1; other < s; other++)
            assert_string_not_equal(k->slug, error_kind((enum agora_status)other)->slug);
    }
    assert_int_equal(error_of_sqlstate("AGxxx"), AGORA_INTERNAL);
    assert_int_equal(error_kind(AGORA_OK)->http, 500);
}

static void sqlstates_become_kinds(void **state)
{
    (void)state;
    assert_int_equal(failure_status("AG001"), AGORA_NOT_FOUND);
    assert_int_equal(failure_status("AG004"), AGORA_INVALID_FIELD);
    assert_int_equal(failure_status("57014"), AGORA_UNAVAILABLE);
    assert_int_equal(failure_status("57P01"), AGORA_UNAVAILABLE);
    assert_int_equal(failure_status("53300"), AGORA_UNAVAILABLE);
    assert_int_equal(failure_status("08006"), AGORA_UNAVAILABLE);
    assert_int_equal(failure_status("25006"), AGORA_UNAVAILABLE);
    assert_int_equal(failure_status("40001"), AGORA_UNAVAILABLE);
    assert_int_equal(failure_status("23505"), AGORA_INTERNAL);
    assert_int_equal(failure_status("22P02"), AGORA_INTERNAL);
    assert_int_equal(failure_status("42883"), AGORA_INTERNAL);
    assert_int_equal(failure_status(""), AGORA_INTERNAL);
}

static void a_secret_is_the_first_line_of_its_file(void **state)
{
    char path[] = "/tmp/agora-secret-XXXXXX", *text = NULL;
    struct error e;
    int fd = mkstemp(path);

    (void)state;
    assert_int_equal(write(fd, "s3cret\r\nmore\n", 13), 13);
    assert_int_equal(file_secret(NULL, path, &text, &e), AGORA_OK);
    assert_string_equal(text, "s3cret");
    talloc_free(text);
    assert_int_equal(file_read(NULL, path, 12, &text, NULL, &e), AGORA_TOO_LARGE);
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(file_secret(NULL, path, &text, &e), AGORA_UNAVAILABLE);
    close(fd);
    unlink(path);
    assert_int_equal(file_secret(NULL, path, &text, &e), AGORA_UNAVAILABLE);
    assert_non_null(strstr(e.detail, path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_shortest_forms_of_characters_are_utf8),
        cmocka_unit_test(a_cut_text_is_mended),
        cmocka_unit_test(base64url_is_read_as_written_and_nothing_else),
        cmocka_unit_test(hashes_and_comparisons_are_right),
        cmocka_unit_test(tokens_differ_and_come_with_their_hash),
        cmocka_unit_test(times_are_rfc_3339),
        cmocka_unit_test(every_kind_of_error_is_in_the_registry_once),
        cmocka_unit_test(sqlstates_become_kinds),
        cmocka_unit_test(a_secret_is_the_first_line_of_its_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
