/*
 * What a call brings: its body as JSON, and its query string. What is not as it must be is answered
 * with 400 and a sentence that says how.
 */
#ifndef TMTPD_ADMIN_INPUT_H
#define TMTPD_ADMIN_INPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct admin_call;

/**
 * The body as an object; an empty one counts as `{}`.
 *
 * @param names the members it may have, ended by NULL
 * @return to be freed by json_decref; NULL, and answered, when it is something else
 */
json_t *input_object(struct admin_call *call, const char *const names[])
    __attribute__((warn_unused_result));

/** Whether a value is an object with no other members than those named. */
bool input_known(const json_t *value, const char *const names[])
    __attribute__((warn_unused_result));

/**
 * A member that is text of 1,000 octets at most, or null, or not there.
 *
 * @param where what to say before the name in a complaint, such as `put/3/`
 * @param[out] text the text, which lives as long as @a object; NULL when there is none
 * @return false, and answered, when it is something else
 */
bool input_text(struct admin_call *call, const json_t *object, const char *where, const char *name,
                const char **text) __attribute__((warn_unused_result));

/** A parameter of the query string, or NULL. */
const char *input_query(const struct admin_call *call, const char *name);

/**
 * A number of the query string.
 *
 * @param[out] number stays as it is when there is none
 * @return false, and answered, when it is none from @a least to @a most
 */
bool input_number(struct admin_call *call, const char *name, int64_t least, int64_t most,
                  int64_t *number) __attribute__((warn_unused_result));

/**
 * Whether the query string has only parameters of these names, each once, and is UTF-8.
 *
 * @param names with a space around each
 * @return false, and answered, when it is not so
 */
bool input_query_fits(struct admin_call *call, const char *names)
    __attribute__((warn_unused_result));

#endif
