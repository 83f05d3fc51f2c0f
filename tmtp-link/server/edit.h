/*
 * UserEdit: a further alias or a further node.
 */
#ifndef TMTPD_EDIT_H
#define TMTPD_EDIT_H

#include "tmtp-link/server/store.h"

struct link;

/** Kinds: add an alias; add a node. `edit_kind` is what the session calls both. */
extern const struct request_kind edit_kind;
extern const struct request_kind edit_node_kind;

/** Carry out UserEdit. */
void edit_user(struct link *link);

#endif
