/* The alphabet is Crockford's base 32: no letter that looks like a digit, and no U. */
#include "directory/domain/code.h"

#include <string.h>

#include "directory/base/random.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void code_make(struct code *out)
{
    unsigned char octets[CODE_CHARACTERS];
    char *to = out->text;

    random_bytes(octets, sizeof octets);
    for (size_t i = 0; i < CODE_CHARACTERS; i++) {
        if (i > 0 && i % 4 == 0)
            *to++ = '-';
        *to++ = alphabet[octets[i] % 32];
    }
    *to = '\0';
    code_hash(out->text, out->hash);
}

/* The character that was meant; 0 for one that separates, or stands around it in a sentence. */
static char meant(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        return '0';
    if (c == 'I' || c == 'L')
        return '1';
    return strchr("- .,:;\"'()<>", c) != NULL ? '\0' : c;
}

void code_hash(const char *typed, char hash[2 * SHA256_LEN + 1])
{
    char plain[CODE_CHARACTERS + 1];
    size_t n = 0;

    for (; *typed != '\0' && n <= CODE_CHARACTERS; typed++) {
        char c = meant(*typed);
        if (c != '\0')
            plain[n++] = c;
    }
    sha256_hex(plain, n, hash);
    secret_wipe(plain, sizeof plain);
}
