/*
 * CRC-32C (Castagnoli), the checksum of TMTP's headsum and datasum.
 */
#ifndef TMTP_WIRE_CRC32C_H
#define TMTP_WIRE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/**
 * Checksum of octets, or of more octets after those already summed.
 *
 * @param sum  0 to begin, else the result for the octets before these
 * @param data octets; may be NULL when @a len is 0
 * @param len  number of octets
 * @return the checksum so far
 * @see RFC 3720, appendix B.4
 */
uint32_t crc32c(uint32_t sum, const void *data, size_t len);

#endif
