/* Contacts on the TMTP server that the ledger does not know of. Inside the worker only. */
#ifndef AGORA_DOMAIN_TMTP_STRAY_H
#define AGORA_DOMAIN_TMTP_STRAY_H

#include <stdbool.h>
#include <stdint.h>

#include "directory/base/work.h"

/**
 * Look through the contacts of every linked member and end those that nobody granted here, each
 * with an error in the log.
 *
 * @param enough     asked between members: whether to stop here
 * @param cls        for @a enough
 * @param[out] ended how many
 * @return AGORA_OK; AGORA_UNAVAILABLE when the database or the TMTP server is away
 */
enum agora_status tmtp_stray_end(struct work *w, bool (*enough)(void *cls), void *cls,
                                 int64_t *ended) AGORA_CHECKED;

#endif
