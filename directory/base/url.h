/* Percent-encoding, for what goes into addresses. */
#ifndef AGORA_BASE_URL_H
#define AGORA_BASE_URL_H

/**
 * Encode a text for a value in a query or form: everything but letters, digits, - . _ ~ becomes
 * %XX.
 *
 * @param mem  talloc parent of the result
 * @param text any octets up to the NUL
 * @return encoded text, or NULL when memory ran out
 */
char *url_encode(const void *mem, const char *text);

#endif
