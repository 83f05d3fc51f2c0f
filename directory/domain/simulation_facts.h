/* The facts of a case as a simulation reads them: one short text, much faster than a snapshot. */
#ifndef AGORA_DOMAIN_SIMULATION_FACTS_H
#define AGORA_DOMAIN_SIMULATION_FACTS_H

#include "directory/score/score.h"

/* A row of agora.simulation_facts. */
struct simulation_facts {
    int flags; /* 1 an address answers, 2 named, 4 born */
    uint32_t duplicates;
    const char *items; /* a line each; NULL for none */
    int32_t today;     /* days since 1970-01-01 */
};

/** The same facts under one policy; a kind or check that it does not know counts for nothing. */
void simulation_facts_read(const struct score_policy *policy, const struct simulation_facts *facts,
                           struct score_case *c);

#endif
