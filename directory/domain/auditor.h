/* The auditor recomputes from the tables, and from the TMTP server's own answers, what must always
 * hold: consents, one open introduction a pair, quotas, blocks, the ledger of contacts, the outbox.
 * It changes nothing. See docs/introductions.md, c.13. */
#ifndef AGORA_DOMAIN_AUDITOR_H
#define AGORA_DOMAIN_AUDITOR_H

#include <stddef.h>
#include <stdint.h>

#include "directory/base/work.h"

struct auditor_report {
    int64_t introductions, contacts, outbox; /* rows looked at */
    int64_t on_server; /* contacts of the ledger that the TMTP server has; -1 when not asked */
    size_t n;          /* violations */
    char **violations; /* a sentence each, with the id of what breaks the rule; owned by w->mem */
};

/**
 * Look at everything once. On a busy instance what is under way may look wrong for a moment: look
 * again before alarming anybody.
 *
 * @param[out] out what was found
 * @return AGORA_OK, whatever was found; AGORA_UNAVAILABLE when the database or the TMTP server is
 * away
 */
enum agora_status auditor_look(struct work *w, struct auditor_report *out) AGORA_CHECKED;

#endif
