/* Members' accounts on the TMTP server: which member is which user there, learned from the server's
 * own events. A uid is a secret: it passes through here, and no further. */
#ifndef AGORA_DOMAIN_TMTP_ACCOUNT_H
#define AGORA_DOMAIN_TMTP_ACCOUNT_H

#include <stdint.h>

#include "directory/base/work.h"

/** Where the viewer's TMTP account stands (schema TmtpAccount), JSON text owned by w->mem. */
enum agora_status tmtp_account_status(struct work *w, const char *viewer,
                                      const char **out) AGORA_CHECKED;

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
