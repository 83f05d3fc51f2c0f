/* What the scorer found, in words and as JSON: why, what is missing, the shortest way on, and the
 * assurance_details of OpenID Connect for Identity Assurance. */
#ifndef AGORA_DOMAIN_SCORE_WORDS_H
#define AGORA_DOMAIN_SCORE_WORDS_H

#include <jansson.h>

#include "directory/base/work.h"
#include "directory/score/score.h"

/* What was scored, and the names that sentences need. */
struct score_told {
    const struct score_policy *policy;
    const struct score_case *c;
    const struct score_result *r;
    const json_t *snapshot; /* agora.case_snapshot; NULL: only what is missing is asked for */
    const json_t *words;    /* agora.score_words: labels of evidence and methods */
    int number;             /* version of the policy */
};

/** All of it (agora.evaluation.result); NULL when memory ran out. The caller owns it. */
json_t *score_words(const struct score_told *t);

/** What is missing for a level, as sentences. The caller owns the array. */
json_t *score_missing(const struct score_told *t, unsigned level);

/** A way as an array of steps, {do, text, …}. The caller owns it. */
json_t *score_way_json(const struct score_told *t, const struct score_way *way);

/** A rule set's own name of a level ("ial2", "medium"); NULL for none. */
const char *score_level_name(enum score_framework in, unsigned level);

#endif
