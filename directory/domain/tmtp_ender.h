/* Ends of contacts, many in one request to the TMTP server: a recall of thousands is over in
 * seconds. Inside the worker only. */
#ifndef AGORA_DOMAIN_TMTP_ENDER_H
#define AGORA_DOMAIN_TMTP_ENDER_H

#include "directory/domain/outbox.h"
#include "tmtp-link/admin/admin.h"

/**
 * End the contact of a row, and those of whatever other ends are due with it. The others are
 * settled, or put back, here; what came of the row itself is the caller's to settle.
 *
 * @param admin   the server's admin interface
 * @param item    a row of kind end that was claimed
 * @param lease_s how long the others are ours, seconds as text
 * @param[out] error why not, when the answer is not TMTP_OK
 * @return as admin_contact_delete()
 */
enum tmtp_result tmtp_end(struct admin *admin, struct work *w, const struct outbox_item *item,
                          const char *lease_s, struct tmtp_error *error) AGORA_CHECKED;

#endif
