/* Passwords that guessers try first: data/common-passwords.inc and what is easily made of them. */
#ifndef AGORA_DOMAIN_PASSWORD_COMMON_H
#define AGORA_DOMAIN_PASSWORD_COMMON_H

#include <stdbool.h>

/**
 * Whether a password is a common one: in the list in any case; one of the list several times, or
 * with digits and signs before or behind it; one short piece again and again; or a row of the
 * keyboard, the alphabet or the digits.
 *
 * @param password UTF-8, at most PASSWORD_MAX characters
 */
bool password_is_common(const char *password);

#endif
