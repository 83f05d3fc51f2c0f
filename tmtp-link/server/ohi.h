/*
 * OhiEdit: whom a user tells of their presence (presence.h).
 */
#ifndef TMTPD_OHI_H
#define TMTPD_OHI_H

#include "tmtp-link/server/store.h"

struct link;

/** Kind: ask who may be told, and tell one's own nodes of the change. */
extern const struct request_kind ohi_kind;

/** Carry out OhiEdit. */
void ohi_edit(struct link *link);

#endif
