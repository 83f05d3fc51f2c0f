/*
 * Groups: GroupInvite and GroupEdit. What a group is and who may do what in it is decided by the
 * functions of sql/tmtpd/functions/group.sql.
 */
#ifndef TMTPD_GROUP_H
#define TMTPD_GROUP_H

#include "tmtp-link/server/store.h"

struct link;

/** Kinds: invite to a group; join one, change one's alias in it, leave or drop. */
extern const struct request_kind group_invite_kind;
extern const struct request_kind group_edit_kind;

/** Carry out GroupInvite; its text is with the link. */
void group_invite(struct link *link);

/** Carry out GroupEdit. */
void group_edit(struct link *link);

#endif
