/* Guessers start from a list and change it in a few known ways. A password is brought back to what
 * such a change started from, and looked up. Length decides what is left: see password.c. */
#include "directory/domain/password_common.h"

#include <stddef.h>
#include <string.h>

enum { LONGEST = 4 * 256 }; /* octets of the longest password */

static const char *const common[] = {
#include "data/common-passwords.inc"
};

/* Along these a finger, or a child, goes from one end to the other. */
static const char *const rows[] = {
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "01234567890123456789012345678901234567890",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
};

static bool is_listed(const char *text, size_t len)
{
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if (strlen(common[i]) == len && memcmp(common[i], text, len) == 0)
            return true;
    return false;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* The list has it, as it is or without what is no letter at both ends. */
static bool is_word(const char *text, size_t len)
{
    if (is_listed(text, len))
        return true;
    while (len > 0 && !is_letter(text[len - 1]))
        len--;
    while (len > 0 && !is_letter(*text)) {
        text++;
        len--;
    }
    return len > 0 && is_listed(text, len);
}

/* The shortest piece that the text is a repetition of; its whole length when it is none. */
static size_t period(const char *text, size_t len)
{
    for (size_t p = 1; p <= len / 2; p++)
        if (memcmp(text, text + p, len - p) == 0)
            return p;
    return len;
}

static bool is_row(const char *text, size_t len)
{
    char back[LONGEST + 1];

    for (size_t i = 0; i < len; i++)
        back[i] = text[len - 1 - i];
    back[len] = '\0';
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strstr(rows[i], text) != NULL || strstr(rows[i], back) != NULL)
            return true;
    return false;
}

bool password_is_common(const char *password)
{
    char text[LONGEST + 1];
    size_t len = strnlen(password, LONGEST);

    for (size_t i = 0; i < len; i++)
        text[i] =
            (char)(password[i] >= 'A' && password[i] <= 'Z' ? password[i] | 0x20 : password[i]);
    text[len] = '\0';
    if (is_word(text, len) || is_row(text, len))
        return true;
    size_t piece = period(text, len);
    if (piece == len)
        return false;
    text[piece] = '\0';
    return piece <= 4 || is_word(text, piece) || is_row(text, piece);
}
