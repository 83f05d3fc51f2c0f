/*
 * The bearer tokens of the admin interface: one or two, so that one can be changed without a gap.
 */
#ifndef TMTPD_TOKENS_H
#define TMTPD_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOKENS_MAX 2

/** What is kept of them: SHA-256, which makes all as long and comparing them even. */
struct tokens {
    uint8_t digests[TOKENS_MAX][32];
    size_t count;
};

/**
 * Read a file of one or two tokens, a line each, of 16 characters or more.
 *
 * @return false, and the reason in the log, when there is none, or others may read the file
 */
bool tokens_read(const char *path, struct tokens *tokens) __attribute__((warn_unused_result));

/** Why tokens_read would refuse a file, or NULL when it would not. */
const char *tokens_fault(const char *path);

/** Whether a text is one of them; takes as long whichever it is. */
bool tokens_match(const struct tokens *tokens, const char *text, size_t len)
    __attribute__((warn_unused_result));

#endif
