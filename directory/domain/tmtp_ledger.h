/* The ledger of contacts held against the TMTP server: the auditor tells what differs, the
 * reconciler mends it. Inside the worker and agoractl. */
#ifndef AGORA_DOMAIN_TMTP_LEDGER_H
#define AGORA_DOMAIN_TMTP_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "directory/base/work.h"

struct ledger_walk {
    /* Called for each row that the server does not follow and that no work is queued for. */
    enum agora_status (*differs)(struct work *w, void *cls, const char *introduction, bool there);
    bool (*enough)(void *cls); /* asked between rows: whether to stop here; NULL for never */
    void *cls;
    int64_t on_server; /* out: contacts of the ledger that the server has */
    int64_t total;     /* out: contacts that the server has; -1 when stopped before */
};

/**
 * Ask the TMTP server about every row of the ledger, then how many contacts it has altogether.
 *
 * What is under way may look different for a moment: look again, or under a lock, before acting.
 *
 * @return AGORA_OK; AGORA_UNAVAILABLE when the database or the TMTP server is away; what differs()
 * gives when that is not AGORA_OK
 */
enum agora_status tmtp_ledger_walk(struct work *w, struct ledger_walk *walk) AGORA_CHECKED;

#endif
