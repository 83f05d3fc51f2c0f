/* Making the introducer's account on a TMTP server that we do not administer. */
#ifndef AGORA_DOMAIN_TMTP_INTRODUCER_H
#define AGORA_DOMAIN_TMTP_INTRODUCER_H

#include "directory/base/work.h"

/**
 * See to it that [tmtp] introducer_credentials holds an account by the name of introducer_alias:
 * register one, or have the one that there is take that name. Repeats change nothing.
 *
 * @return AGORA_OK; AGORA_CONFLICT where the server's own command makes it; AGORA_UNAVAILABLE with
 * the server's reason, or why the file cannot be used
 */
enum agora_status tmtp_introducer_register(struct work *w) AGORA_CHECKED;

#endif
