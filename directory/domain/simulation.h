/* What a policy would do to every member whose verification holds: their cases are read in portions
 * and scored under the policy that holds and under the one that is tried. Nothing is changed. */
#ifndef AGORA_DOMAIN_SIMULATION_H
#define AGORA_DOMAIN_SIMULATION_H

#include <stdint.h>

#include "directory/base/work.h"

/* Who is told how far it is. */
struct simulation_ear {
    bool (*tell)(void *cls, int64_t done, int64_t total); /* false ends the simulation */
    void *cls;
};

/**
 * Simulate a policy.
 *
 * @param w         for its configuration; further connections are made, one a thread
 * @param tried     the policy, JSON text
 * @param threads   at least 1
 * @param ear       called at least every second, and at the end
 * @param[out] body what was found as JSON text, owned by w->mem: members, uncounted, levels
 *                  [{before, after, count}], lose, gain, sample, frameworks
 * @return AGORA_OK; AGORA_INVALID_FIELD when the policy cannot be read; AGORA_CONFLICT when the ear
 * ended it; AGORA_UNAVAILABLE
 */
enum agora_status simulation_run(struct work *w, const char *tried, unsigned threads,
                                 const struct simulation_ear *ear, const char **body) AGORA_CHECKED;

/** The policy of a version. @param number decimal. @param[out] policy JSON text */
enum agora_status simulation_policy(struct work *w, const char *number,
                                    const char **policy) AGORA_CHECKED;

#endif
