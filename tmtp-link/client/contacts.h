/*
 * The address book that a client keeps in its credentials file, learned as an unmodified client
 * learns it: from pings and invitations, and from the cc of new threads; and from members who join
 * a group.
 */
#ifndef TMTP_CLIENT_CONTACTS_H
#define TMTP_CLIENT_CONTACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "tmtp-link/client/credentials.h"
#include "tmtp-link/client/requests.h"
#include "tmtp-link/wire/inner.h"

/**
 * Learn from a message who is who, and who is in its thread.
 *
 * @param inner its inner header, or NULL for a message without one
 * @return false when it gives a known alias another uid: an attempt to impersonate, to be dropped;
 * then nothing was learned
 */
bool contacts_learn(struct credentials *credentials, const struct tmtp_message *message,
                    const struct inner *inner);

/**
 * Note who is in a thread that was begun here.
 */
void contacts_add_thread(struct credentials *credentials, const char *thread, const char *subject,
                         const struct session_to *to, size_t count);

/**
 * Somebody by alias, or by uid.
 *
 * @param[out] person alias and uid, which live until the contacts change; for a uid that is in no
 * contact both are @a who
 * @return false when it is neither a known alias nor a uid
 */
bool contacts_find(const struct credentials *credentials, const char *who,
                   struct inner_person *person);

/**
 * What to call a user: the alias, or the uid when it is not known. Lives until the contacts change.
 */
const char *contacts_alias(const struct credentials *credentials, const char *uid);

/**
 * Who is in a thread besides this client.
 *
 * @return JSON array, borrowed, of uids and of `{"group": name}`; NULL when the thread is not known
 */
json_t *contacts_of_thread(const struct credentials *credentials, const char *thread);

/** The group that a thread is for, or NULL when it is for none, or not known. */
const char *contacts_group_of_thread(const struct credentials *credentials, const char *thread);

#endif
