/* The database decides what happens and queues the message in the same transaction, so both
 * possible messages are written beforehand and it takes the one that fits. */
#include "directory/domain/account.h"

#include <string.h>
#include <talloc.h>

#include "directory/db/db.h"
#include "directory/domain/code.h"
#include "directory/domain/mail_text.h"
#include "directory/domain/password.h"

static const char *truth(bool value)
{
    return value ? "true" : "false";
}

enum agora_status account_apply(struct work *w, const struct application *a)
{
    struct code code = {0};
    const char *hash, *mail, *mail_known;
    enum agora_status s = password_check(w, a->password, PASSWORD_MIN, a->email);

    if (s == AGORA_OK)
        s = password_hash(w, a->password, &hash);
    if (s != AGORA_OK)
        return s;
    code_make(&code);
    s = mail_application(w, a->email, a->given_name, a->family_name, code.text, &mail);
    if (s == AGORA_OK)
        s = mail_already_member(w, a->email, &mail_known);
    if (s == AGORA_OK)
        s = DB_RUN(w, QUERY_APPLICATION_ADD, NULL, a->email, a->given_name, a->family_name, hash,
                   truth(password_is_strong(a->password)), code.hash, mail, mail_known, a->address);
    secret_wipe(&code, sizeof code);
    return s;
}

enum agora_status account_wrong_code(struct work *w)
{
    return error_set(&w->error, AGORA_INVALID_FIELD, "/code",
                     "This code is not right, was used before, or has run out.");
}

enum agora_status account_begin_try(struct work *w, struct code_try *by)
{
    struct db_result *row;
    enum agora_status s = DB_RUN(w, QUERY_CODE_BEGIN, &row, by->email, by->address);

    if (s != AGORA_OK)
        return s;
    by->wait_s = db_int64(row, 0, 0);
    if (by->wait_s == 0)
        return AGORA_OK;
    return error_set(&w->error, AGORA_TOO_MANY, NULL,
                     "Too many wrong codes. Try again in %lld seconds; the code you were sent "
                     "stays good.",
                     (long long)by->wait_s);
}

enum agora_status account_confirm(struct work *w, struct code_try *by)
{
    char hash[2 * SHA256_LEN + 1];
    struct db_result *row;
    enum agora_status s = account_begin_try(w, by);

    if (s != AGORA_OK)
        return s;
    code_hash(by->code, hash);
    s = DB_RUN(w, QUERY_APPLICATION_CONFIRM, &row, by->email, hash, by->address);
    if (s != AGORA_OK)
        return s;
    return db_bool(row, 0, 0) ? AGORA_OK : account_wrong_code(w);
}

enum agora_status account_ask_reset(struct work *w, const char *email, const char *address)
{
    struct code code = {0};
    const char *mail;

    code_make(&code);
    enum agora_status s = mail_reset(w, email, code.text, &mail);
    if (s == AGORA_OK)
        s = DB_RUN(w, QUERY_RESET_ASK, NULL, email, code.hash, mail, address);
    secret_wipe(&code, sizeof code);
    return s;
}

/* How long the new password must be, when the code counts. */
static enum agora_status check_reset(struct work *w, struct code_try *by, const char *code_hashed,
                                     size_t *min)
{
    struct db_result *row;
    enum agora_status s = account_begin_try(w, by);

    if (s == AGORA_OK)
        s = DB_RUN(w, QUERY_RESET_CHECK, &row, by->email, code_hashed, by->address);
    if (s != AGORA_OK)
        return s;
    *min = (size_t)db_int64(row, 0, 0);
    return *min > 0 ? AGORA_OK : account_wrong_code(w);
}

enum agora_status account_reset(struct work *w, struct code_try *by, const char *password)
{
    char code_hashed[2 * SHA256_LEN + 1];
    const char *hash, *mail;
    struct db_result *row;
    size_t min;

    code_hash(by->code, code_hashed);
    enum agora_status s = check_reset(w, by, code_hashed, &min);
    if (s == AGORA_OK)
        s = password_check(w, password, min, by->email);
    if (s == AGORA_OK)
        s = password_hash(w, password, &hash);
    if (s == AGORA_OK)
        s = mail_password_changed(w, by->email, &mail);
    if (s == AGORA_OK)
        s = DB_RUN(w, QUERY_RESET_CONFIRM, &row, by->email, code_hashed, hash,
                   truth(password_is_strong(password)), mail);
    if (s != AGORA_OK)
        return s;
    return db_bool(row, 0, 0) ? AGORA_OK : account_wrong_code(w);
}

static enum agora_status check_role(struct work *w, const char *role)
{
    static const char *const roles[] = {"verifier", "admin", "auditor", "privacy_officer"};

    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (strcmp(role, roles[i]) == 0)
            return AGORA_OK;
    return error_set(&w->error, AGORA_INVALID_FIELD, NULL,
                     "There is no role %s; there are verifier, admin, auditor and privacy_officer.",
                     role);
}

static enum agora_status check_roles(struct work *w, const char *roles)
{
    char *rest = talloc_strdup(w->mem, roles), *role;
    enum agora_status s = rest != NULL ? AGORA_OK : work_out_of_memory(w);

    while (s == AGORA_OK && (role = strsep(&rest, ",")) != NULL && roles[0] != '\0')
        s = check_role(w, role);
    return s;
}

enum agora_status account_put(struct work *w, const struct application *a, const char *roles,
                              const char **said)
{
    const char *hash, *array = talloc_asprintf(w->mem, "{%s}", roles);
    size_t min = roles[0] != '\0' ? PASSWORD_MIN_ROLE : PASSWORD_MIN;
    enum agora_status s = array != NULL ? check_roles(w, roles) : work_out_of_memory(w);

    if (s == AGORA_OK && strchr(a->email, '@') == NULL)
        s = error_set(&w->error, AGORA_INVALID_FIELD, NULL, "%s is no e-mail address.", a->email);
    if (s == AGORA_OK)
        s = password_check(w, a->password, min, a->email);
    if (s == AGORA_OK)
        s = password_hash(w, a->password, &hash);
    if (s == AGORA_OK)
        s = DB_JSON(w, QUERY_ACCOUNT_PUT, said, a->email, a->given_name, a->family_name, hash,
                    truth(password_is_strong(a->password)), array);
    return s;
}

enum agora_status role_grant(struct work *w, const char *email, const char *role,
                             const char **handle)
{
    enum agora_status s = check_role(w, role);

    return s == AGORA_OK ? DB_JSON(w, QUERY_ROLE_GRANT, handle, email, role) : s;
}

enum agora_status role_revoke(struct work *w, const char *email, const char *role,
                              const char **handle)
{
    enum agora_status s = check_role(w, role);

    return s == AGORA_OK ? DB_JSON(w, QUERY_ROLE_REVOKE, handle, email, role) : s;
}

enum agora_status account_suspend(struct work *w, const char *email, const char *reason,
                                  const char **handle)
{
    return DB_JSON(w, QUERY_ACCOUNT_SUSPEND, handle, email, reason);
}

enum agora_status account_resume(struct work *w, const char *email, const char **handle)
{
    return DB_JSON(w, QUERY_ACCOUNT_RESUME, handle, email);
}
