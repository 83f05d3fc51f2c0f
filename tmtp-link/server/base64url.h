/*
 * base64url without padding, as JOSE writes octets (RFC 7515, section 2).
 */
#ifndef TMTPD_BASE64URL_H
#define TMTPD_BASE64URL_H

#include <stddef.h>
#include <stdint.h>

/**
 * Read octets. Strict: no padding, no other characters, no bits left over.
 *
 * @param text characters
 * @param[out] octets_len number of octets
 * @return the octets, to be freed by free(); NULL when the text is not base64url or no memory
 */
uint8_t *base64url_decode(const char *text, size_t len, size_t *octets_len)
    __attribute__((warn_unused_result));

#endif
