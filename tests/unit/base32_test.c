/*
 * TMTP's base 32.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tmtp-link/wire/base32.h"
#include "tmtp-link/wire/limits.h"

/* Made by Python's base64.b32encode, its alphabet replaced by TMTP's. */
static const struct {
    const char *octets, *text;
} vectors[] = {
    {"\0\0\0\0\0", "%%%%%%%%"},
    {"\xff\xff\xff\xff\xff", "ZZZZZZZZ"},
    {"abcde", "C4J55S24"},
};

static void writes_and_reads_the_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        char text[9];
        uint8_t octets[5];

        base32_encode((const uint8_t *)vectors[i].octets, 5, text);
        assert_string_equal(text, vectors[i].text);
        assert_true(base32_decode(vectors[i].text, 8, octets, 5));
        assert_memory_equal(octets, vectors[i].octets, 5);
    }
}

static void every_octet_comes_back(void **state)
{
    uint8_t octets[TMTP_NODE_OCTETS];
    uint8_t back[TMTP_NODE_OCTETS];
    char text[TMTP_NODE_LEN + 1];

    (void)state;
    for (unsigned round = 0; round < 256; round++) {
        for (size_t i = 0; i < sizeof octets; i++) {
            octets[i] = (uint8_t)(round + i * 37);
        }
        base32_encode(octets, sizeof octets, text);
        assert_int_equal(strlen(text), TMTP_NODE_LEN);
        assert_true(base32_decode(text, TMTP_NODE_LEN, back, sizeof back));
        assert_memory_equal(back, octets, sizeof octets);
    }
}

static void refuses_other_characters_and_lengths(void **state)
{
    uint8_t octets[10];

    (void)state;
    assert_false(base32_decode("AAAAAAAA", 8, octets, 5)); /* a vowel */
    assert_false(base32_decode("zzzzzzzz", 8, octets, 5)); /* not a capital */
    assert_false(base32_decode("ZZZZZZZ0", 8, octets, 5)); /* no zero in it */
    assert_false(base32_decode("ZZZZZZZ=", 8, octets, 5)); /* no padding */
    assert_false(base32_decode("ZZZ\0ZZZZ", 8, octets, 5));
    assert_false(base32_decode("ZZZZZZZ", 7, octets, 5));
    assert_false(base32_decode("ZZZZZZZZ", 8, octets, 10));
    assert_false(base32_decode("ZZZZZZZZ", 8, octets, 4));
}

static void a_uid_is_32_characters_of_it(void **state)
{
    (void)state;
    assert_true(base32_is_uid("%+123456789BCDFGHJKLMNPQRSTVWXYZ", 32));
    assert_false(base32_is_uid("%+123456789BCDFGHJKLMNPQRSTVWXY", 31));
    assert_false(base32_is_uid("%+123456789BCDFGHJKLMNPQRSTVWXYE", 32));
    assert_false(base32_is_uid("", 0));
}

static void text_of_whole_groups_is_not_corrupt(void **state)
{
    (void)state;
    assert_true(base32_is_text("LB27ML46", 8));
    assert_false(base32_is_text("none", 4));
    assert_false(base32_is_text("LB27ML4", 7));
    assert_false(base32_is_text("", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_and_reads_the_vectors),
        cmocka_unit_test(every_octet_comes_back),
        cmocka_unit_test(refuses_other_characters_and_lengths),
        cmocka_unit_test(a_uid_is_32_characters_of_it),
        cmocka_unit_test(text_of_whole_groups_is_not_corrupt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
