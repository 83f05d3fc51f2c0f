/*
 * What the requests to the admin interface have in common; for the files of this folder.
 */
#ifndef TMTP_ADMIN_ASK_H
#define TMTP_ADMIN_ASK_H

#include "tmtp-link/admin/admin.h"
#include "tmtp-link/base/http.h"

/**
 * Send a request; with a token that is refused once more, since it may have been changed.
 *
 * @param body     JSON text, or NULL
 * @param extra_ms longer than the time-out of others
 * @param[out] answer status, also of a refusal, 0 when there was none; json only with TMTP_OK
 * @return as admin.h says of each request; TMTP_NONE for 404
 */
enum tmtp_result admin_ask(struct admin *admin, const char *method, const char *path,
                           const char *body, int extra_ms, struct http_answer *answer,
                           struct tmtp_error *error) __attribute__((warn_unused_result));

#endif
