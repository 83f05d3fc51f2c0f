/*
 * Asking the admin interface: what the files of this folder share.
 */
#ifndef TMTP_ADMIN_ASK_H
#define TMTP_ADMIN_ASK_H

#include <jansson.h>

#include "tmtp-link/base/http.h"
#include "tmtp-link/base/result.h"

#define ADMIN_PATH_MAX 512

struct admin;

/** A request; what is NULL or 0 is left out. */
struct admin_question {
    const char *method, *path;
    const char *body; /**< JSON */
    const char *key;  /**< Idempotency-Key */
    int extra_ms;     /**< that it may take longer than others */
};

/**
 * Ask; with a token that is refused once more, since it may have been changed.
 *
 * @param[out] answer its JSON is to be freed by json_decref, whatever the result
 * @return TMTP_OK for a status of 200 to 299; TMTP_NONE for 404; else as admin.h has it
 */
enum tmtp_result admin_ask(struct admin *admin, const struct admin_question *question,
                           struct http_answer *answer, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Get a JSON object.
 *
 * @param extra_ms  that it may take longer than others
 * @param[out] object freed by json_decref
 */
enum tmtp_result admin_get(struct admin *admin, const char *path, int extra_ms, json_t **object,
                           struct tmtp_error *error) __attribute__((warn_unused_result));

/**
 * Make a path.
 *
 * @param form   the path, with `*` for each id
 * @param first  what stands for the first; ids hold '%' and '+', which are escaped
 * @param second what stands for the second, or NULL when there is none
 */
enum tmtp_result admin_path(char path[ADMIN_PATH_MAX], struct tmtp_error *error, const char *form,
                            const char *first, const char *second)
    __attribute__((warn_unused_result));

#endif
