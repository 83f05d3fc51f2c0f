/* One piece of evidence: what its kind, its checks and the day make it worth. */
#include "directory/score/score.h"

enum { GPG45_TOP = 4 };

static enum score_strength best_cap(const struct score_policy *policy, uint32_t methods)
{
    enum score_strength best = SCORE_NONE;

    for (size_t i = 0; methods >> i != 0 && i < policy->methods; i++) {
        if ((methods >> i & 1) && policy->method[i].cap > best)
            best = policy->method[i].cap;
    }
    return best;
}

/* The best GPG45 score among methods: of their validity, or of their verification. */
static uint8_t best_score(const struct score_policy *policy, uint32_t methods, bool validity)
{
    uint8_t best = 0;

    for (size_t i = 0; methods >> i != 0 && i < policy->methods; i++) {
        const struct score_method *m = &policy->method[i];
        uint8_t score = validity ? m->validity : m->verification;
        if ((methods >> i & 1) && score > best)
            best = score;
    }
    return best;
}

static uint8_t gpg45_validity(const struct score_policy *policy, uint32_t validations, bool expired)
{
    uint8_t score = best_score(policy, validations, true);
    uint32_t others = validations & ~policy->signature & ~policy->presented;

    /* The signature is right and the source says the same: one more than either alone. */
    if ((validations & policy->signature) && others != 0 && score < GPG45_TOP)
        score++;
    return expired && score > 0 ? (uint8_t)(score - 1) : score;
}

static void gpg45(const struct score_policy *policy, const struct score_type *type,
                  const struct score_item *item, uint32_t validations, struct score_worth *w)
{
    if (!w->validated || w->aged)
        return;
    w->gpg45_strength = item->passed & policy->signature && type->gpg45_signed > 0
                            ? type->gpg45_signed
                            : type->gpg45_strength;
    w->gpg45_validity = gpg45_validity(policy, validations, w->expired);
    if (w->bound)
        w->gpg45_verification =
            best_score(policy, item->passed & policy->of_class[SCORE_VERIFICATION], false);
}

void score_item_worth(const struct score_policy *policy, const struct score_item *item,
                      int32_t today, struct score_worth *w)
{
    *w = (struct score_worth){.failed = item->failed != 0};
    if (item->type >= policy->types)
        return;
    const struct score_type *type = &policy->type[item->type];
    uint32_t validations = item->passed & policy->of_class[SCORE_VALIDATION];
    uint32_t verifications = item->passed & policy->of_class[SCORE_VERIFICATION];
    enum score_strength cap = best_cap(policy, validations), full = type->strength;

    if (type->superior_by_signature && (item->passed & policy->signature))
        full = SCORE_SUPERIOR;
    else if (full == SCORE_SUPERIOR && !(item->passed & policy->signature))
        full = SCORE_STRONG;
    w->validated = validations != 0 && !w->failed;
    /* A document that must be recent says when it was issued, or does not count as recent. */
    w->aged = type->max_age_days > 0 &&
              (item->issued == SCORE_NO_DAY || item->issued + type->max_age_days < today);
    w->expired = item->expires != SCORE_NO_DAY && item->expires < today;
    w->presented = (validations & policy->presented) != 0;
    w->bound = verifications != 0 && !w->failed;
    w->met = w->bound && (verifications & policy->in_person) != 0;
    if (w->validated && !w->aged) {
        w->worth = full < cap ? full : cap;
        if (w->expired && w->worth > SCORE_NONE)
            w->worth--;
    }
    gpg45(policy, type, item, validations, w);
}

void score_policy_ready(struct score_policy *policy)
{
    for (size_t i = 0; i < 4; i++)
        policy->of_class[i] = 0;
    policy->presented = policy->in_person = policy->signature = 0;
    for (size_t i = 0; i < policy->methods; i++) {
        const struct score_method *m = &policy->method[i];
        uint32_t bit = (uint32_t)1 << i;
        policy->of_class[m->kind] |= bit;
        policy->presented |= m->presented ? bit : 0;
        policy->in_person |= m->in_person ? bit : 0;
        policy->signature |= m->signature ? bit : 0;
    }
}
