/* Accounts: joining by a code sent to the address, a new password, and what the operator does. The
 * rules are SQL functions (sql/directory/functions/account_*.sql); here passwords are hashed and
 * codes made. */
#ifndef AGORA_DOMAIN_ACCOUNT_H
#define AGORA_DOMAIN_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "directory/base/work.h"

struct application {
    const char *email; /* lower case */
    const char *password;
    const char *given_name;
    const char *family_name;
    const char *address; /* network address it comes from; not used by account_put() */
};

/* A code as somebody gives it. */
struct code_try {
    const char *email;   /* that it was sent to, lower case */
    const char *code;    /* as typed */
    const char *address; /* network address it comes from */
    int64_t wait_s;      /* out: seconds until the next try, with AGORA_TOO_MANY */
};

/**
 * Take an application and send a message with a code.
 *
 * Nothing tells whether the address is known: not the answer and, as the password is hashed in any
 * case, not the time. Where there is an account already, the message says so.
 *
 * @return AGORA_OK; AGORA_INVALID_FIELD at /password; AGORA_UNAVAILABLE when too many apply at once
 */
enum agora_status account_apply(struct work *w, const struct application *a) AGORA_CHECKED;

/**
 * Make the account that a code belongs to.
 *
 * @return AGORA_OK; AGORA_INVALID_FIELD at /code when it is wrong, used or older than 24 hours;
 * AGORA_TOO_MANY when too many wrong ones came from the same network
 */
enum agora_status account_confirm(struct work *w, struct code_try *by) AGORA_CHECKED;

/**
 * Count a try to give a code; the statement that finds the code right takes it back.
 *
 * @return AGORA_OK; AGORA_TOO_MANY with by->wait_s
 */
enum agora_status account_begin_try(struct work *w, struct code_try *by) AGORA_CHECKED;

/** AGORA_INVALID_FIELD at /code, said alike whatever was wrong with it. */
enum agora_status account_wrong_code(struct work *w) AGORA_CHECKED;

/**
 * Send a code for a new password, where there is such an account; the answer is the same.
 *
 * @param email   whose, lower case
 * @param address network address it is asked from
 */
enum agora_status account_ask_reset(struct work *w, const char *email,
                                    const char *address) AGORA_CHECKED;

/**
 * Set a new password and end all sessions.
 *
 * @return AGORA_OK; AGORA_INVALID_FIELD at /code or AGORA_TOO_MANY (both as account_confirm()), or
 * at /password; AGORA_UNAVAILABLE when too many hashes are under way
 */
enum agora_status account_reset(struct work *w, struct code_try *by,
                                const char *password) AGORA_CHECKED;

/**
 * The operator's way: an account that is active at once, with this password and at least these
 * roles.
 *
 * @param roles words of agora.account_role, separated by commas; "" for a plain member
 * @param[out] said "made HANDLE", or "changed HANDLE" where there was one
 * @return AGORA_OK; AGORA_INVALID_FIELD for a password that may not be chosen, an address or a role
 * that is none
 */
enum agora_status account_put(struct work *w, const struct application *a, const char *roles,
                              const char **said) AGORA_CHECKED;

/**
 * Give an account a right, or take it away; its sessions end when something changes.
 *
 * @param email  whose
 * @param role   verifier, admin, auditor or privacy_officer
 * @param[out] handle of the account
 * @return AGORA_OK, also when nothing had to change; AGORA_NOT_FOUND; AGORA_INVALID_FIELD for no
 * role; AGORA_CONFLICT when the password is too short for the role, or for the last admin
 */
enum agora_status role_grant(struct work *w, const char *email, const char *role,
                             const char **handle) AGORA_CHECKED;
enum agora_status role_revoke(struct work *w, const char *email, const char *role,
                              const char **handle) AGORA_CHECKED;

/**
 * Suspend an account until it is resumed, also on the TMTP server unless that is a stock one.
 * Its member is told why.
 *
 * @param email  whose
 * @param reason 10 to 2,000 characters, which the member reads
 * @param[out] handle of the account
 * @return AGORA_OK; AGORA_NOT_FOUND; AGORA_INVALID_FIELD for a reason too short or long;
 * AGORA_CONFLICT when it has a role, is suspended already (the sentence has the reason) or not
 * active
 */
enum agora_status account_suspend(struct work *w, const char *email, const char *reason,
                                  const char **handle) AGORA_CHECKED;

/**
 * End a suspension.
 *
 * @return AGORA_OK; AGORA_NOT_FOUND; AGORA_CONFLICT when it is not suspended
 */
enum agora_status account_resume(struct work *w, const char *email,
                                 const char **handle) AGORA_CHECKED;

#endif
