/*
 * Headers from the server, read as cheaply as can be: the few keys that the benchmark looks at, in
 * one pass and with no memory of their own. What reads headers properly is tmtp-link/wire/header.h;
 * this one trusts the server that it measures to write plain keys.
 */
#ifndef TMTP_COMMAND_BENCH_SCAN_H
#define TMTP_COMMAND_BENCH_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Octets within the header, quotes left out; escapes stay as they are. .at is NULL when absent. */
struct bench_text {
    const char *at;
    size_t len;
};

/** What was found; numbers that are absent are 0. */
struct bench_header {
    struct bench_text op, id, uid, error;
    uint64_t datalen, datahead;
};

/**
 * Read the top level of one JSON object.
 *
 * @return false when it is not one, or a number is not a whole one that fits
 */
bool bench_scan(const char *json, size_t len, struct bench_header *header)
    __attribute__((warn_unused_result));

/** Whether a text is exactly this. */
bool bench_text_is(struct bench_text text, const char *expected);

/**
 * Read digits of base 16, lower case.
 *
 * @return false when one is none
 */
bool bench_read_hex(const char *digits, size_t len, uint64_t *number)
    __attribute__((warn_unused_result));

/** Write a number as @a len digits of base 16, lower case. */
void bench_write_hex(char *digits, size_t len, uint64_t number);

#endif
