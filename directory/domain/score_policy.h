/* A policy of the scorer from its JSON (schema Policy): read and checked in one go, so that what is
 * saved as a draft is what the scorer can read. */
#ifndef AGORA_DOMAIN_SCORE_POLICY_H
#define AGORA_DOMAIN_SCORE_POLICY_H

#include "directory/base/work.h"
#include "directory/score/score.h"

/**
 * Read a policy.
 *
 * @param w        w->error names the member at fault by a JSON pointer
 * @param text     JSON text
 * @param[out] out made ready, owned by w->mem; types and methods in the order of their names
 * @return AGORA_OK; AGORA_INVALID_FIELD
 */
enum agora_status score_policy_read(struct work *w, const char *text,
                                    struct score_policy **out) AGORA_CHECKED;

/** Index of a kind of evidence ("document/passport"); SCORE_NO_TYPE when the policy has none. */
uint8_t score_policy_type(const struct score_policy *policy, const char *name);

/** Bit of a way to check; 0 when the policy has none of that code. */
uint32_t score_policy_method(const struct score_policy *policy, const char *code);

/** What a strength is called: none, fair, strong, superior. */
const char *score_strength_name(enum score_strength strength);

#endif
