/* Members' accounts on the TMTP server: which member is which user there, learned from the server's
 * own events, or from the ping of a member who was given a code. A uid is a secret: it passes
 * through here, and no further. */
#ifndef AGORA_DOMAIN_TMTP_ACCOUNT_H
#define AGORA_DOMAIN_TMTP_ACCOUNT_H

#include <stdint.h>

#include "directory/base/work.h"

/** Where the viewer's TMTP account stands (schema TmtpAccount), JSON text owned by w->mem. */
enum agora_status tmtp_account_status(struct work *w, const char *viewer,
                                      const char **out) AGORA_CHECKED;

/**
 * Give the viewer a code to ping the introducer with; the one before it is worth nothing any more.
 *
 * @param[out] out schema TmtpCode, JSON text owned by w->mem
 * @return AGORA_OK; AGORA_NOT_FOUND where members are linked otherwise; AGORA_FORBIDDEN when the
 * viewer is not verified; AGORA_CONFLICT when they are linked; AGORA_TOO_MANY
 */
enum agora_status tmtp_account_code(struct work *w, const char *viewer,
                                    const char **out) AGORA_CHECKED;

/* What became of a ping to the introducer. */
enum tmtp_ping_end {
    TMTP_PING_LINKED,  /* it held the code of a member, who is linked now */
    TMTP_PING_REFUSED, /* it held none that is good */
    TMTP_PING_IGNORED, /* its sender has sent too many of those */
    TMTP_PING_TAKEN    /* it held the code of a member, and came from another person's account */
};

/**
 * Take a ping to the introducer. Repeats do no harm.
 *
 * @param uid, alias of its sender, as the server says
 * @param text  what they wrote: the code, perhaps with words around it
 * @param[out] end what became of it
 */
enum agora_status tmtp_account_pinged(struct work *w, const char *uid, const char *alias,
                                      const char *text, enum tmtp_ping_end *end) AGORA_CHECKED;

/** The last event of the TMTP server that was taken. @param[out] n its number, 0 for none */
enum agora_status tmtp_account_cursor(struct work *w, int64_t *n) AGORA_CHECKED;

/**
 * Take a page of the server's events: link members who have registered, note their aliases, and
 * move the cursor, in one transaction.
 *
 * @param after  the cursor when the page was asked for
 * @param next   the cursor after it
 * @param events JSON array as the server gave it; only registrations by our own issuer count
 * @param[out] taken false when another worker has moved the cursor meanwhile: nothing was done
 */
enum agora_status tmtp_account_take(struct work *w, int64_t after, int64_t next, const char *events,
                                    bool *taken) AGORA_CHECKED;

#endif
