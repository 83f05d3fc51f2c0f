/*
 * TMTP's base 32: the alphabet of uids and node passwords, without vowels so that no word appears.
 *
 * Only lengths that fill whole groups are used (20 octets are 32 characters, 25 are 40), so there
 * is no padding; text of any other length is refused.
 */
#ifndef TMTP_WIRE_BASE32_H
#define TMTP_WIRE_BASE32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Characters for @a octets octets, a multiple of five. */
#define BASE32_CHARS(octets) ((octets) / 5 * 8)

/**
 * Write octets as text.
 *
 * @param data octets
 * @param len  number of octets, a multiple of five
 * @param[out] text BASE32_CHARS(len) + 1 characters, ends with NUL
 */
void base32_encode(const uint8_t *data, size_t len, char *text);

/**
 * Read text.
 *
 * @param text characters
 * @param len  number of characters
 * @param[out] data room for @a room octets
 * @param room octets that the text must make exactly
 * @return false when the length does not fit or a character is not of the alphabet; then @a data is
 * undefined
 */
bool base32_decode(const char *text, size_t len, uint8_t *data, size_t room)
    __attribute__((warn_unused_result));

/**
 * Whether text is base 32 of any number of whole groups; what is not is "corrupt base32 value".
 */
bool base32_is_text(const char *text, size_t len);

/**
 * Whether text is a uid as TMTP makes them: 32 characters of the alphabet.
 */
bool base32_is_uid(const char *text, size_t len);

#endif
