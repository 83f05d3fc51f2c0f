/* Accounts: joining by a code sent to the address, a new password, and what the operator does. The
 * rules are SQL functions (sql/directory/functions/account_*.sql); here passwords are hashed and
 * codes made. */
#ifndef AGORA_DOMAIN_ACCOUNT_H
#define AGORA_DOMAIN_ACCOUNT_H

#include <stdbool.h>

#include "directory/base/work.h"

struct application {
    const char *email; /* lower case */
    const char *password;
    const char *given_name;
    const char *family_name;
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
 * @param email address applied with, lower case
 * @param code  as typed
 * @return AGORA_OK; AGORA_INVALID_FIELD at /code when it is wrong, used, older than 24 hours, or
 * when ten wrong ones were given before
 */
enum agora_status account_confirm(struct work *w, const char *email,
                                  const char *code) AGORA_CHECKED;

/** Send a code for a new password, where there is such an account; the answer is the same. */
enum agora_status account_ask_reset(struct work *w, const char *email) AGORA_CHECKED;

/**
 * Set a new password and end all sessions.
 *
 * @return AGORA_OK; AGORA_INVALID_FIELD at /code (as account_confirm()) or /password;
 * AGORA_UNAVAILABLE when too many hashes are under way
 */
enum agora_status account_reset(struct work *w, const char *email, const char *code,
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
 * @param role   verifier, admin or auditor
 * @param[out] handle of the account
 * @return AGORA_OK, also when nothing had to change; AGORA_NOT_FOUND; AGORA_INVALID_FIELD for no
 * role; AGORA_CONFLICT when the password is too short for the role, or for the last admin
 */
enum agora_status role_grant(struct work *w, const char *email, const char *role,
                             const char **handle) AGORA_CHECKED;
enum agora_status role_revoke(struct work *w, const char *email, const char *role,
                              const char **handle) AGORA_CHECKED;

#endif
