/*
 * check_inner: a post may go on only when its inner layer holds (inner_rules.h), and every alias in
 * it belongs to the uid beside it, which the store is asked.
 */
#ifndef TMTPD_INNER_CHECK_H
#define TMTPD_INNER_CHECK_H

#include <stdbool.h>

struct link;

/** Kind: which claims are not true; many posts to a statement. */
extern const struct request_kind inner_check_kind;

/**
 * Whether the request in hand, whose data is all with the link, may be carried out; only a Post or
 * PostNotify may not. Then it has been answered with an `ack`, or it waits (link->header_waits)
 * and this is asked again.
 *
 * A reply costs no question to the store: an alias that was found to be the sender's stays theirs
 * for ever, so the link remembers the last.
 *
 * @see docs/tmtp-admin.md, "What check_inner means"
 */
bool inner_check(struct link *link) __attribute__((warn_unused_result));

/** Forget what the link knows. */
void inner_forget(struct link *link);

#endif
