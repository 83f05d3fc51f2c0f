/* The introducer's place in the worker: when it is logged in, and what becomes of that which comes
 * to it. Where the TMTP server tells of registrations it logs in to post, and out again when there
 * has been nothing to post for a few seconds, because its one node can be logged in once only, and
 * another worker may need it. Where members link themselves by a ping it stays, to hear them; a
 * second worker then waits in its place. Inside the worker only. */
#ifndef AGORA_DOMAIN_TMTP_TELLER_H
#define AGORA_DOMAIN_TMTP_TELLER_H

#include "directory/domain/duty.h"
#include "directory/domain/tmtp_kind.h"
#include "tmtp-link/client/introducer.h"

struct teller;

/** Make one, not logged in. @param duty whose; must outlive it. @return NULL when memory ran out */
struct teller *teller_new(void *mem, const struct duty *duty);

/**
 * Take what has come. One that stays is logged in first, or anew, unless its pause after a failure
 * is not over.
 *
 * @return whether threads can be posted now, as far as is known
 */
bool teller_attend(struct teller *teller);

/**
 * Be logged in, and know of all that was posted before.
 *
 * @return as introducer_open() and introducer_ready()
 */
enum tmtp_result teller_ready(struct teller *teller, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/** Post one thread; see introducer_post(). @param ref id of the row of the outbox */
enum tmtp_result teller_post(struct teller *teller, const struct inner_person members[2],
                             const char *subject, const char *body, const char *ref,
                             struct session_receipt *receipt, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/** Nothing is due: log out when it has been so for long enough. @return ms until it wants to be
 * attended again, or -1 */
int teller_rest(struct teller *teller);

/** A descriptor that is readable when it should be attended; -1 for none. */
int teller_fd(const struct teller *teller);

/**
 * What is kept with the row of a thread that was posted.
 *
 * @return JSON text owned by @a mem; NULL when memory ran out
 */
const char *teller_told(void *mem, const struct session_receipt *receipt);

/** Log out; NULL will do. */
void teller_close(struct teller *teller);

#endif
