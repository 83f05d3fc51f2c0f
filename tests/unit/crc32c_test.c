/*
 * CRC-32C against the vectors of RFC 3720, appendix B.4.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tmtp-link/wire/crc32c.h"

static void gives_the_sums_of_rfc_3720(void **state)
{
    uint8_t octets[32];
    static const uint8_t iscsi_read[48] = {
        0x01, 0xc0, 0, 0,    0, 0, 0, 0,    0,    0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 4, 0,
        0,    0,    0, 0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 2,    0, 0, 0, 0, 0, 0, 0,
    };

    (void)state;
    memset(octets, 0, sizeof octets);
    assert_int_equal(crc32c(0, octets, sizeof octets), 0x8a9136aa);
    memset(octets, 0xff, sizeof octets);
    assert_int_equal(crc32c(0, octets, sizeof octets), 0x62a8ab43);
    for (size_t i = 0; i < sizeof octets; i++) {
        octets[i] = (uint8_t)i;
    }
    assert_int_equal(crc32c(0, octets, sizeof octets), 0x46dd794e);
    for (size_t i = 0; i < sizeof octets; i++) {
        octets[i] = (uint8_t)(31 - i);
    }
    assert_int_equal(crc32c(0, octets, sizeof octets), 0x113fdb5c);
    assert_int_equal(crc32c(0, iscsi_read, sizeof iscsi_read), 0xd9963a56);
}

static void sums_in_pieces_as_at_once(void **state)
{
    static const char text[] = "123456789";

    (void)state;
    assert_int_equal(crc32c(0, text, 9), 0xe3069283);
    for (size_t cut = 0; cut <= 9; cut++) {
        assert_int_equal(crc32c(crc32c(0, text, cut), text + cut, 9 - cut), 0xe3069283);
    }
}

static void sum_of_nothing_is_zero(void **state)
{
    (void)state;
    assert_int_equal(crc32c(0, NULL, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_sums_of_rfc_3720),
        cmocka_unit_test(sums_in_pieces_as_at_once),
        cmocka_unit_test(sum_of_nothing_is_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
