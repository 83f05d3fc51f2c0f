/* The password is checked between two statements, outside any transaction: 50 ms of hashing hold no
 * lock. The try was counted by the first statement; the second takes it back. */
#include "directory/domain/session.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/crypto.h"
#include "directory/base/log.h"
#include "directory/base/random.h"
#include "directory/db/db.h"
#include "directory/domain/password.h"

static enum agora_status too_many(struct work *w, int64_t wait_s)
{
    return error_set(&w->error, AGORA_TOO_MANY, NULL,
                     "Too many wrong tries. Try again in %lld seconds, or ask for a new password.",
                     (long long)wait_s);
}

static enum agora_status refused(struct work *w)
{
    log_event(LOG_INFO, "sign_in_refused", w, NULL);
    return error_set(&w->error, AGORA_UNAUTHENTICATED, NULL,
                     "The address or the password is not right.");
}

static enum agora_status open_session(struct work *w, const struct sign_in *in, const char *account,
                                      struct sign_in_result *out)
{
    char hash[2 * SHA256_LEN + 1];
    struct db_result *row;
    const char *token = random_token(w->mem, hash);

    if (token == NULL)
        return work_out_of_memory(w);
    enum agora_status s =
        DB_RUN(w, QUERY_SESSION_OPEN, &row, account, hash, in->address, in->agent);
    if (s != AGORA_OK)
        return s;
    if (db_rows(row) == 0)
        return refused(w);
    log_event(LOG_INFO, "signed_in", w, "account", account, NULL);
    *out = (struct sign_in_result){token, db_text(row, 0, 0), db_int64(row, 0, 1), 0};
    return AGORA_OK;
}

enum agora_status session_sign_in(struct work *w, const struct sign_in *in,
                                  struct sign_in_result *out)
{
    struct db_result *row;
    bool right = false;

    enum agora_status s = DB_RUN(w, QUERY_SIGN_IN_BEGIN, &row, in->email, in->address);
    if (s != AGORA_OK)
        return s;
    int64_t wait_s = db_int64(row, 0, 0);
    if (wait_s > 0) {
        out->wait_s = wait_s;
        return too_many(w, wait_s);
    }
    s = password_verify(w, db_text(row, 0, 2), in->password, &right);
    if (s != AGORA_OK)
        return s;
    return right ? open_session(w, in, db_text(row, 0, 1), out) : refused(w);
}

/* Roles as agora.session_use writes them: words with spaces between. */
static unsigned role_bits(const char *words)
{
    unsigned bits = WHO_MEMBER;

    if (strstr(words, "verifier") != NULL)
        bits |= WHO_VERIFIER;
    if (strstr(words, "admin") != NULL)
        bits |= WHO_ADMIN;
    if (strstr(words, "auditor") != NULL)
        bits |= WHO_AUDITOR;
    if (strstr(words, "privacy_officer") != NULL)
        bits |= WHO_PRIVACY_OFFICER;
    return bits;
}

enum agora_status session_authenticate(struct work *w, const char *token, struct viewer *viewer)
{
    char hash[2 * SHA256_LEN + 1];
    struct db_result *row;

    sha256_hex(token, strlen(token), hash);
    enum agora_status s = DB_RUN(w, QUERY_SESSION_USE, &row, hash);
    if (s != AGORA_OK || db_rows(row) == 0)
        return s;
    snprintf(viewer->session, sizeof viewer->session, "%s", db_text(row, 0, 0));
    snprintf(viewer->account, sizeof viewer->account, "%s", db_text(row, 0, 1));
    viewer->roles = role_bits(db_text(row, 0, 2));
    viewer->authenticated_us = db_int64(row, 0, 3);
    return AGORA_OK;
}

enum agora_status session_read(struct work *w, const char *session, const char **json)
{
    return DB_JSON(w, QUERY_SESSION_READ, json, session);
}

enum agora_status session_list(struct work *w, const char *account, const char *current,
                               const char **json)
{
    return DB_JSON(w, QUERY_SESSION_LIST, json, account, current);
}

enum agora_status session_end(struct work *w, const char *account, const char *session)
{
    return DB_RUN(w, QUERY_SESSION_END, NULL, account, session);
}
