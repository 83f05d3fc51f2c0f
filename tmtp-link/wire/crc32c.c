/*
 * CRC-32C by a table of sixteen: four bits a step. It runs over headers of a few hundred octets, so
 * a table that stays in one cache line serves better than a fast one that does not.
 */
#include "tmtp-link/wire/crc32c.h"

/* Entry n is n shifted out through the reflected polynomial 0x82f63b78. */
static const uint32_t nibble[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
    0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

uint32_t crc32c(uint32_t sum, const void *data, size_t len)
{
    const uint8_t *at = data;

    sum = ~sum;
    for (size_t i = 0; i < len; i++) {
        sum ^= at[i];
        sum = sum >> 4 ^ nibble[sum & 15];
        sum = sum >> 4 ^ nibble[sum & 15];
    }
    return ~sum;
}
