/* The worker carries out what has been decided: it sends e-mail, keeps the TMTP server's
 * permissions as the ledger has them, links members who register there, and does what is due by the
 * clock. Any number of workers may run on one database. */
#ifndef AGORA_DOMAIN_WORKER_H
#define AGORA_DOMAIN_WORKER_H

#include "directory/base/config.h"
#include "directory/base/error.h"

struct worker;

/**
 * Start the worker's threads, each with a database connection of its own.
 *
 * @param mem    talloc parent; worker_stop() comes before it is freed
 * @param config must outlive the worker; unless tmtp_wanted() nothing is done on a TMTP server
 * @param[out] out worker
 * @param e      filled on failure
 * @return AGORA_OK, also when database or TMTP server are away: they are waited for; AGORA_INTERNAL
 * when a thread cannot be had
 */
enum agora_status worker_start(void *mem, const struct config *config, struct worker **out,
                               struct error *e) AGORA_CHECKED;

/** Finish what is in hand, end the threads and free the worker; NULL will do. */
void worker_stop(struct worker *worker);

#endif
