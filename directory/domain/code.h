/* Codes that people copy from a message: twelve characters in groups of four, 60 bits, only their
 * hash is kept. */
#ifndef AGORA_DOMAIN_CODE_H
#define AGORA_DOMAIN_CODE_H

#include "directory/base/crypto.h"
#include "directory/base/work.h"

enum { CODE_CHARACTERS = 12 };

struct code {
    char text[CODE_CHARACTERS + 3]; /* as in the message: ABCD-EFGH-JKMN */
    char hash[2 * SHA256_LEN + 1];  /* what is kept, hexadecimal */
};

/** Make a code. Cannot fail. */
void code_make(struct code *out);

/**
 * The hash of a code as somebody typed it: case, spaces, hyphens and the marks of a sentence do not
 * count, O is 0, I and L are 1.
 *
 * @param typed    any text
 * @param[out] hash hexadecimal; that of no code when the text is none
 */
void code_hash(const char *typed, char hash[2 * SHA256_LEN + 1]);

#endif
