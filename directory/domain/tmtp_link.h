/* From our configuration to a TMTP server's admin interface. Inside the worker and agoractl. */
#ifndef AGORA_DOMAIN_TMTP_LINK_H
#define AGORA_DOMAIN_TMTP_LINK_H

#include "directory/base/config.h"
#include "tmtp-link/admin/admin.h"

/**
 * Get ready to ask the admin interface that [tmtp] names; see admin_open().
 *
 * @param timeout_ms of each request
 */
enum tmtp_result tmtp_link_open(const struct config *config, int timeout_ms, struct admin **out,
                                struct tmtp_error *error) __attribute__((warn_unused_result));

/**
 * A text of the TMTP side made fit for logs and admins: what looks like a uid, plain or
 * percent-escaped as in a URL, is replaced.
 *
 * @param text changed in place; never gets longer
 */
void tmtp_link_hide_uids(char *text);

#endif
