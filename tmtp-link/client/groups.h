/*
 * The groups that a client is in or invited to, as its credentials file keeps them. The server
 * knows them too, but TMTP has no way to ask: what is known is what the client did and was told.
 */
#ifndef TMTP_CLIENT_GROUPS_H
#define TMTP_CLIENT_GROUPS_H

#include <stdbool.h>

#include "tmtp-link/client/credentials.h"
#include "tmtp-link/client/stream.h"

/** Note that this client is in a group, or invited to it, under this alias. */
void group_set(struct credentials *credentials, const char *gid, const char *alias, bool joined);

/** Forget a group. */
void group_forget(struct credentials *credentials, const char *gid);

/** Own alias in a group, or NULL when it is none of this client's. Lives until the groups change.
 */
const char *group_alias(const struct credentials *credentials, const char *gid);

/** Whether this client has joined a group. */
bool group_joined(const struct credentials *credentials, const char *gid);

/**
 * Learn from a message `invite` or `member`: being invited, own joining, another alias, being
 * dropped. Others are left alone.
 */
void group_learn(struct credentials *credentials, const struct tmtp_message *message);

#endif
