/* Who has which role, and taking one away. Giving one needs two persons: domain/two_person.h. */
#ifndef AGORA_DOMAIN_ROLE_H
#define AGORA_DOMAIN_ROLE_H

#include "directory/base/work.h"

/**
 * Everyone who has a role, by name, 500 at most; for admins and auditors.
 *
 * @param w         work; owns what is returned
 * @param viewer    account, UUID as text
 * @param[out] body JSON text (schema RoleHolderList)
 * @return AGORA_OK; AGORA_FORBIDDEN; AGORA_UNAVAILABLE when the database is away
 */
enum agora_status role_holders(struct work *w, const char *viewer, const char **body) AGORA_CHECKED;

/**
 * Take a role away from an account, by one admin: it gives nobody anything, and must be quick. The
 * sessions of the account end; cases that it had as a verifier go to others by the clock.
 *
 * @param handle    whose
 * @param role      verifier, admin, auditor or privacy_officer
 * @param reason    asked_for, other_duties, left_organisation, not_recertified or misuse
 * @param[out] body what the account is then, JSON text (schema RoleHolder)
 * @return AGORA_OK; AGORA_FORBIDDEN; AGORA_NOT_FOUND; AGORA_INVALID_FIELD; AGORA_CONFLICT when it
 *         does not have the role, or for the last admin
 */
enum agora_status role_take_away(struct work *w, const char *viewer, const char *handle,
                                 const char *role, const char *reason,
                                 const char **body) AGORA_CHECKED;

#endif
