/* The facts of a case for the scorer, from its snapshot (agora.case_snapshot). */
#ifndef AGORA_DOMAIN_SCORE_FACTS_H
#define AGORA_DOMAIN_SCORE_FACTS_H

#include <jansson.h>

#include "directory/base/work.h"
#include "directory/score/score.h"

/**
 * Read a snapshot.
 *
 * @param snapshot JSON; its evidence beyond SCORE_ITEMS / 2 is left out (a case has twelve at most)
 * @param today    days since 1970-01-01
 * @param[out] c   facts; item i is the snapshot's evidence i
 */
void score_facts_read(const struct score_policy *policy, const json_t *snapshot, int32_t today,
                      struct score_case *c);

/** Days since 1970-01-01 of YYYY-MM-DD…; SCORE_NO_DAY for NULL and what is none. */
int32_t score_day(const char *text);

#endif
