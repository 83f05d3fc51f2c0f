/* A case: its items put together, by the ladder, by NIST and by GPG45. */
#include "directory/score/score.h"

/* What the items of different issuers come to together. Vouches corroborate: they count as fair. */
struct tally {
    unsigned fair, strong, vouches;
    enum score_strength best, bound, met;
    bool looked_at, known, settled;
};

static enum score_strength greater(enum score_strength a, enum score_strength b)
{
    return a > b ? a : b;
}

/* The best worth of the items by the issuer of item `i`; 0 to be counted once, at its first item.
 */
static void tally_issuer(const struct score_policy *policy, const struct score_case *c,
                         struct score_result *r, size_t i, struct tally *t)
{
    enum score_strength worth = SCORE_NONE, own = SCORE_NONE;
    unsigned counted = 0;
    bool vouch = false;

    for (size_t j = 0; j < c->items; j++) {
        const struct score_worth *w = &r->worth[j];
        if (c->item[j].issuer != c->item[i].issuer || w->worth == SCORE_NONE)
            continue;
        if (j < i)
            return;
        counted++;
        worth = greater(worth, w->worth);
        if (policy->type[c->item[j].type].vouch)
            vouch = true;
        else
            own = greater(own, w->worth);
    }
    r->shared_issuer |= counted > 1;
    t->fair += worth >= SCORE_FAIR;
    t->vouches += vouch;
    t->strong += own >= SCORE_STRONG;
    t->best = greater(t->best, own);
}

static void tally_item(const struct score_type *type, const struct score_worth *w, struct tally *t)
{
    if (type->strength >= SCORE_FAIR && !w->validated)
        t->settled = false;
    if (type->vouch)
        return;
    if (w->bound)
        t->bound = greater(t->bound, w->worth);
    if (w->met)
        t->met = greater(t->met, w->worth);
    t->looked_at |= w->worth >= SCORE_FAIR && w->presented;
    t->known |= type->membership && w->worth >= SCORE_FAIR && w->bound;
}

/* GPG45's scores: the best that any item gives. */
static void gpg45_item(const struct score_type *type, const struct score_worth *w,
                       struct score_result *r)
{
    if (!w->validated || w->aged)
        return;
    if (w->gpg45_strength > r->strength)
        r->strength = w->gpg45_strength;
    if (w->gpg45_validity > r->validity)
        r->validity = w->gpg45_validity;
    if (w->gpg45_verification > r->verification)
        r->verification = w->gpg45_verification;
    if (type->activity > r->activity)
        r->activity = type->activity;
    if (type->fraud > r->fraud)
        r->fraud = type->fraud;
}

/* A register's answer: current, too old, or that the licence has lapsed, which always decides. */
static void standing_item(const struct score_policy *policy, const struct score_item *item,
                          const struct score_worth *w, int32_t today, struct score_result *r)
{
    if (!policy->type[item->type].standing || r->standing == SCORE_LAPSED)
        return;
    if (w->failed || w->expired)
        r->standing = SCORE_LAPSED;
    else if (w->validated && item->looked_up != SCORE_NO_DAY &&
             item->looked_up + policy->standing_days >= today)
        r->standing = SCORE_CURRENT;
    else if (w->validated && r->standing == SCORE_NOT_KNOWN)
        r->standing = SCORE_OLD;
}

static void holds_until(int32_t last, int32_t today, struct score_result *r)
{
    if (last >= today && last + 1 < r->holds_until)
        r->holds_until = last + 1;
}

/* The days on which what an item is worth changes by itself. */
static void passing_of_time(const struct score_policy *policy, const struct score_item *item,
                            int32_t today, struct score_result *r)
{
    const struct score_type *type = &policy->type[item->type];

    if (item->expires != SCORE_NO_DAY)
        holds_until(item->expires, today, r);
    if (type->max_age_days > 0 && item->issued != SCORE_NO_DAY)
        holds_until(item->issued + type->max_age_days, today, r);
    if (type->standing && item->looked_up != SCORE_NO_DAY)
        holds_until(item->looked_up + policy->standing_days, today, r);
}

uint32_t score_needed_for(const struct score_policy *policy, unsigned level)
{
    uint32_t need = level >= 1 ? SCORE_LACKS_CONTACT : 0;

    if (level >= 2)
        need |= SCORE_LACKS_NAME;
    if (level == 2)
        need |= SCORE_LACKS_SEEN;
    if (level >= policy->birthdate_from)
        need |= SCORE_LACKS_BIRTH;
    if (level >= 3)
        need |= SCORE_LACKS_PAIR | SCORE_LACKS_BOUND | SCORE_LACKS_SETTLED;
    if (level >= 4)
        need |= SCORE_LACKS_MET;
    return need;
}

static uint32_t lacks(const struct score_policy *policy, const struct score_case *c,
                      const struct tally *t)
{
    bool pair = t->strong >= 1 && t->fair >= 2;
    /* The face belongs to the strongest item: the strong one of the pair, or the superior alone. */
    enum score_strength to_bind = pair ? SCORE_STRONG : SCORE_SUPERIOR;
    bool vouched = policy->vouches > 0 && t->vouches >= policy->vouches;

    return (c->contact ? 0 : SCORE_LACKS_CONTACT) | (c->named ? 0 : SCORE_LACKS_NAME) |
           (t->looked_at || t->known || vouched ? 0 : SCORE_LACKS_SEEN) |
           (c->born ? 0 : SCORE_LACKS_BIRTH) |
           (pair || t->best == SCORE_SUPERIOR ? 0 : SCORE_LACKS_PAIR) |
           (t->bound >= to_bind ? 0 : SCORE_LACKS_BOUND) | (t->settled ? 0 : SCORE_LACKS_SETTLED) |
           (t->met >= to_bind ? 0 : SCORE_LACKS_MET);
}

static void frameworks(const struct score_policy *policy, const struct score_case *c,
                       struct score_result *r)
{
    while (r->level < SCORE_TOP_LEVEL && !(r->lacks & score_needed_for(policy, r->level + 1u)))
        r->level++;
    /* What is enough for level 3 is for level 2, also where nobody saw a document. */
    for (unsigned level = SCORE_TOP_LEVEL; level > r->level; level--) {
        if (level != 2 && !(r->lacks & score_needed_for(policy, level)))
            r->level = (uint8_t)level;
    }
    if (r->level >= 3 && !(r->lacks & SCORE_LACKS_BIRTH) && r->fraud >= policy->nist_fraud)
        r->ial = 2;
    else if (r->level >= 2 && !(r->lacks & SCORE_LACKS_BIRTH))
        r->ial = 1;
    for (size_t i = 0; i < policy->profiles; i++) {
        const struct score_profile *p = &policy->profile[i];
        if (!score_profile_met(p, c, r))
            continue;
        r->matched |= (uint64_t)1 << i;
        if (p->level > r->gpg45)
            r->gpg45 = p->level;
    }
}

void score_evaluate(const struct score_policy *policy, const struct score_case *c,
                    struct score_result *r)
{
    struct tally t = {.settled = true};

    *r = (struct score_result){.holds_until = INT32_MAX,
                               .fraud = c->duplicates == 0 ? policy->sweep : 0};
    for (size_t i = 0; i < c->items; i++) {
        const struct score_item *item = &c->item[i];
        score_item_worth(policy, item, c->today, &r->worth[i]);
        if (item->type >= policy->types)
            continue;
        tally_item(&policy->type[item->type], &r->worth[i], &t);
        gpg45_item(&policy->type[item->type], &r->worth[i], r);
        standing_item(policy, item, &r->worth[i], c->today, r);
        passing_of_time(policy, item, c->today, r);
    }
    for (size_t i = 0; i < c->items; i++) {
        if (r->worth[i].worth > SCORE_NONE)
            tally_issuer(policy, c, r, i, &t);
    }
    r->lacks = lacks(policy, c, &t);
    frameworks(policy, c, r);
}
