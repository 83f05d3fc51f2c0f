/* GPG45: confidence by named profiles, not by sums. A profile is met when different issuers' items
 * fill its slots, the scores of activity and fraud are reached, and the person was verified against
 * an item as strong as the profile's strongest slot. */
#include "directory/score/score.h"

/* A profile being tried, and what fills its slots so far. */
struct fitting {
    const struct score_profile *profile;
    const struct score_case *c;
    const struct score_result *r;
    size_t taken[SCORE_SLOTS];
};

static bool issuer_taken(const struct fitting *f, size_t slot, size_t item)
{
    for (size_t i = 0; i < slot; i++) {
        if (f->c->item[f->taken[i]].issuer == f->c->item[item].issuer)
            return true;
    }
    return false;
}

/* Whether a slot can be filled by an item, the verification apart. */
static bool fits(const struct fitting *f, size_t slot, size_t item)
{
    const struct score_worth *w = &f->r->worth[item];

    return w->gpg45_strength >= f->profile->strength[slot] &&
           w->gpg45_validity >= f->profile->validity[slot] && !issuer_taken(f, slot, item);
}

/* Fill the slots from this one on. `verified`: an item taken so far gives the verification. */
static bool fill(struct fitting *f, size_t slot, bool verified)
{
    const struct score_profile *p = f->profile;

    if (slot == p->slots)
        return verified;
    for (size_t i = 0; i < f->c->items; i++) {
        const struct score_worth *w = &f->r->worth[i];
        if (!fits(f, slot, i))
            continue;
        f->taken[slot] = i;
        bool binds =
            w->gpg45_strength >= p->strength[0] && w->gpg45_verification >= p->verification;
        if (fill(f, slot + 1, verified || binds))
            return true;
    }
    return false;
}

bool score_profile_met(const struct score_profile *profile, const struct score_case *c,
                       const struct score_result *r)
{
    struct fitting f = {.profile = profile, .c = c, .r = r};

    return r->activity >= profile->activity && r->fraud >= profile->fraud &&
           r->verification >= profile->verification && r->strength >= profile->strength[0] &&
           r->validity >= profile->validity[0] && c->items >= profile->slots && fill(&f, 0, false);
}
