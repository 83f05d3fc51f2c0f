/* What the worker's threads share: a duty is a loop on a thread of its own, with a database
 * connection of its own, that ends soon after it is told to. Inside the worker only. */
#ifndef AGORA_DOMAIN_DUTY_H
#define AGORA_DOMAIN_DUTY_H

#include "directory/base/config.h"
#include "directory/base/work.h"

struct duty {
    const struct config *config;
    struct db *db; /* of this thread */
    int stop_fd;   /* readable when all duties are to end */
};

/* What a duty does, until duty_over(). */
typedef void (*duty_run)(struct duty *duty);

/** Whether the duty is to end. */
bool duty_over(const struct duty *duty);

/** Sleep, or less when the duty is to end meanwhile. */
void duty_sleep(const struct duty *duty, int ms);

/* The duties, one file each. */

/** Send the e-mails of the outbox. */
void mail_courier_run(struct duty *duty);

/** Carry out grants, ends, introducing threads and suspensions on the TMTP server; where members
 * link themselves by a code, hear of it. */
void tmtp_courier_run(struct duty *duty);

/** Follow the events of a TMTP server that tells who has registered, and under which name. */
void tmtp_follower_run(struct duty *duty);

/** Hold the ledger of contacts against the TMTP server every hour. */
void tmtp_reconciler_run(struct duty *duty);

/** Look at web pages, name servers and registers for the checks that run by themselves; read lists
 * that were uploaded. */
void checker_run(struct duty *duty);

/** Do what is due by the clock: expire requests, remind of others, refresh the search, forget what
 * is old. */
void keeper_run(struct duty *duty);

/** Have files of evidence looked at that members have sent. */
void evidence_looker_run(struct duty *duty);

/** Carry out the simulations of evidence policies. */
void simulator_run(struct duty *duty);

#endif
