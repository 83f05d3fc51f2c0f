/* Sessions: signing in, being recognised, signing out. The secret is in the browser's cookie; the
 * database has its SHA-256. */
#ifndef AGORA_DOMAIN_SESSION_H
#define AGORA_DOMAIN_SESSION_H

#include <stdint.h>

#include "directory/base/viewer.h"
#include "directory/base/work.h"

struct sign_in {
    const char *email; /* lower case */
    const char *password;
    const char *address; /* of the client, as text */
    const char *agent;   /* User-Agent, or "" */
};

struct sign_in_result {
    const char *token; /* for the cookie; base64url */
    const char *json;  /* schema Session */
    int64_t lasts_s;   /* until it ends, however much it is used */
    int64_t wait_s;    /* with AGORA_TOO_MANY: seconds until the next try */
};

/**
 * Sign in with a password.
 *
 * A wrong address, a wrong password and an account that is not active get the same answer in the
 * same time. Wrong tries cost a delay that grows, for the e-mail address and for the network
 * address; it is the same for addresses that are not known, and a place where the member signed in
 * before has a counter of its own, so that nobody else can hold them up.
 *
 * @param[out] out filled on AGORA_OK; wait_s on AGORA_TOO_MANY
 * @return AGORA_OK; AGORA_UNAUTHENTICATED; AGORA_TOO_MANY; AGORA_UNAVAILABLE when too many sign in
 * at once
 */
enum agora_status session_sign_in(struct work *w, const struct sign_in *in,
                                  struct sign_in_result *out) AGORA_CHECKED;

/**
 * Whose session a token is (the `authenticate` hook of http/server.h).
 *
 * @param token       from the cookie, anything
 * @param[out] viewer left alone when the token is unknown or its session has ended
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status session_authenticate(struct work *w, const char *token,
                                       struct viewer *viewer) AGORA_CHECKED;

/** Who is signed in, as JSON (schema Session). @return AGORA_OK; AGORA_NOT_FOUND when it just ended
 */
enum agora_status session_read(struct work *w, const char *session,
                               const char **json) AGORA_CHECKED;

/** The account's sessions as JSON. @param current the one that asks */
enum agora_status session_list(struct work *w, const char *account, const char *current,
                               const char **json) AGORA_CHECKED;

/** End a session of the account's own. @return AGORA_OK; AGORA_NOT_FOUND */
enum agora_status session_end(struct work *w, const char *account,
                              const char *session) AGORA_CHECKED;

#endif
