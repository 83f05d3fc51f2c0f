/*
 * Parameters of a prepared statement in PostgreSQL's binary form, arrays too, put together in one
 * buffer: no text is made or escaped, and a thousand messages are eleven parameters.
 *
 *     params_int8(p, 5);
 *     params_array(p, PARAMS_BYTEA, 2);
 *     params_item(p, data, len); params_item(p, NULL, 0);
 *
 * A failure (no memory, too many) is kept and told once, by params_ok.
 */
#ifndef TMTPD_PARAMS_H
#define TMTPD_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/server/buffer.h"
#include "tmtp-link/wire/header.h"

#define PARAMS_MAX 16

/** Types of array items, by their numbers in pg_type. */
enum params_type { PARAMS_BOOL = 16, PARAMS_BYTEA = 17, PARAMS_INT8 = 20, PARAMS_TEXT = 25 };

/** All zero is an empty list. */
struct params {
    struct buffer octets;
    size_t starts[PARAMS_MAX]; /* of each parameter in octets */
    size_t ends[PARAMS_MAX];
    bool nulls[PARAMS_MAX];
    int count;
    bool failed;
    /* filled by params_ok */
    const char *values[PARAMS_MAX];
    int lengths[PARAMS_MAX];
    int formats[PARAMS_MAX];
};

void params_null(struct params *params);
void params_bool(struct params *params, bool value);
void params_int2(struct params *params, int16_t value);
void params_int4(struct params *params, int32_t value);
void params_int8(struct params *params, int64_t value);
/** Octets for bytea, or UTF-8 without NUL for text; NULL for null. */
void params_octets(struct params *params, const void *data, size_t len);
/** Text that ends with NUL; NULL for null. */
void params_text(struct params *params, const char *text);

/** Begin an array of @a count items, which the next @a count calls of params_item… add. */
void params_array(struct params *params, enum params_type type, size_t count);
/** One item of bytea or text; NULL for null. */
void params_item(struct params *params, const void *data, size_t len);
void params_item_int8(struct params *params, int64_t value);
void params_item_bool(struct params *params, bool value);

/**
 * Make `values`, `lengths` and `formats` for libpq.
 *
 * @return false when something has failed before
 */
bool params_ok(struct params *params) __attribute__((warn_unused_result));

/** Free what it holds; it is an empty list again. */
void params_free(struct params *params);

#endif
