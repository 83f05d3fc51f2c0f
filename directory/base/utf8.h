/* UTF-8, read strictly: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
#ifndef AGORA_BASE_UTF8_H
#define AGORA_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Read one code point.
 *
 * @param[in,out] at where to read; moved behind it, untouched when it is broken
 * @param end        end of the text
 * @return code point, or -1 when the text is at its end or not UTF-8
 */
int32_t utf8_next(const char **at, const char *end);

/** Whether @a len octets are UTF-8 throughout. A NUL counts as a character. */
bool utf8_valid(const char *text, size_t len);

/** Put ? for every octet that is not part of a character: what cutting a text may leave. In place.
 */
void utf8_mend(char *text);

/** Code points of a valid text. */
size_t utf8_length(const char *text);

#endif
