/* The shortest way to a level. Facts that no way can do without come first; then the sets of checks
 * and evidence that a policy has are tried by size, each set once: the checks of an item from the
 * easy to the hard, the items in their order, new ones last. The first that gives the level is one
 * of the shortest. */
#include "directory/score/score.h"

enum {
    MOST_TRIES = 60000, /* evaluations; bounds the time where there is no way */
    NEW_ISSUER = 0x8000 /* issuers from here on are those of evidence that a way adds */
};

struct search {
    const struct score_policy *policy;
    enum score_framework in;
    unsigned level;
    bool checked;
    struct score_case c; /* as it would be after the steps so far */
    struct score_way *way;
    unsigned tries;
    uint8_t order[SCORE_METHODS]; /* methods as they are tried: the easy ones first */
};

/* Where the search stands in its order. */
struct place {
    size_t item;   /* items before it are done with */
    size_t method; /* so are the methods before it in the order, of that item */
    size_t type;   /* and the types before it */
};

static bool reached(const struct search *s, const struct score_result *r)
{
    unsigned have = s->in == SCORE_LADDER ? r->level : s->in == SCORE_NIST ? r->ial : r->gpg45;

    return have >= s->level;
}

static void step(struct search *s, enum score_act act, size_t item, size_t type, size_t method)
{
    s->way->step[s->way->steps++] = (struct score_step){
        .act = act, .item = (uint8_t)item, .type = (uint8_t)type, .method = (uint8_t)method};
}

/* Checks that are taken for granted of evidence found good remotely. */
static uint32_t remote_checks(const struct score_policy *policy, uint32_t allowed)
{
    uint32_t validations = allowed & policy->of_class[SCORE_VALIDATION];
    uint32_t verifications = allowed & policy->of_class[SCORE_VERIFICATION];
    uint32_t plain = validations & ~policy->signature & ~policy->in_person;
    uint32_t remote = verifications & ~policy->in_person;

    return (plain ? plain : validations) | (remote ? remote : verifications);
}

void score_assume_checked(const struct score_policy *policy, struct score_case *c)
{
    for (size_t i = 0; i < c->items; i++) {
        struct score_item *item = &c->item[i];
        item->failed = 0;
        item->looked_up = c->today;
        item->passed = item->type < policy->types
                           ? remote_checks(policy, policy->type[item->type].methods)
                           : 0;
    }
}

/* Whether a kind of evidence can help in the rule set. */
static bool helps(const struct search *s, const struct score_type *type)
{
    if (s->in == SCORE_GPG45)
        return type->gpg45_strength > 0 || type->activity > 0 || type->fraud > 0;
    return type->strength >= SCORE_FAIR;
}

/* How many checks are needed at least: an item that nobody looked at stands in the way. */
static unsigned unsettled(const struct search *s, const struct score_result *r)
{
    unsigned n = 0;

    if (s->in == SCORE_GPG45 || (s->in == SCORE_LADDER ? s->level < 3 : s->level < 2))
        return 0;
    for (size_t i = 0; i < s->c.items; i++) {
        const struct score_item *item = &s->c.item[i];
        n += item->type < s->policy->types && s->policy->type[item->type].strength >= SCORE_FAIR &&
             !r->worth[i].validated;
    }
    return n;
}

static bool search(struct search *s, struct place at, unsigned left);

static bool try_checks(struct search *s, struct place at, const struct score_result *r,
                       unsigned left)
{
    uint32_t useful =
        s->policy->of_class[SCORE_VALIDATION] | s->policy->of_class[SCORE_VERIFICATION];

    for (size_t i = at.item; i < s->c.items; i++) {
        struct score_item *item = &s->c.item[i];
        if (item->type >= s->policy->types || r->worth[i].failed)
            continue;
        uint32_t open = s->policy->type[item->type].methods & useful & ~item->passed;
        for (size_t k = i == at.item ? at.method : 0; k < s->policy->methods; k++) {
            size_t m = s->order[k];
            if (!(open >> m & 1))
                continue;
            struct score_item before = *item;
            item->passed |= (uint32_t)1 << m;
            item->looked_up = s->c.today;
            step(s, SCORE_CHECK, i, item->type, m);
            if (search(s, (struct place){i, k + 1, at.type}, left - 1))
                return true;
            s->way->steps--;
            *item = before;
        }
    }
    return false;
}

static bool try_evidence(struct search *s, struct place at, const struct score_result *r,
                         unsigned left)
{
    size_t i = s->c.items;

    /* What was added is checked before more is added. */
    if (i == SCORE_ITEMS ||
        (i > 0 && s->c.item[i - 1].issuer >= NEW_ISSUER && !r->worth[i - 1].validated))
        return false;
    for (size_t t = at.type; t < s->policy->types; t++) {
        const struct score_type *type = &s->policy->type[t];
        if (!helps(s, type))
            continue;
        s->c.item[s->c.items++] =
            (struct score_item){.type = (uint8_t)t,
                                .issuer = (uint16_t)(NEW_ISSUER + i),
                                .passed = s->checked ? remote_checks(s->policy, type->methods) : 0,
                                .issued = s->c.today,
                                .expires = SCORE_NO_DAY,
                                .looked_up = s->checked ? s->c.today : SCORE_NO_DAY};
        step(s, SCORE_ADD, i, t, 0);
        if (search(s, (struct place){i, 0, t}, left - 1))
            return true;
        s->way->steps--;
        s->c.items--;
    }
    return false;
}

static bool search(struct search *s, struct place at, unsigned left)
{
    struct score_result r;

    if (s->tries == 0)
        return false;
    s->tries--;
    score_evaluate(s->policy, &s->c, &r);
    if (reached(s, &r))
        return true;
    if (left == 0 || unsettled(s, &r) > left)
        return false;
    return (!s->checked && try_checks(s, at, &r, left)) || try_evidence(s, at, &r, left);
}

/* Facts and items without which no set of checks gives the level. */
static void take_needed(struct search *s, const struct score_result *r)
{
    uint32_t need = s->in == SCORE_LADDER ? score_needed_for(s->policy, s->level)
                    : s->in == SCORE_NIST
                        ? score_needed_for(s->policy, s->level + 1) | SCORE_LACKS_BIRTH
                        : 0;
    uint32_t lacks = r->lacks & need;

    if (lacks & SCORE_LACKS_CONTACT) {
        s->c.contact = true;
        step(s, SCORE_ANSWER_CODE, 0, 0, 0);
    }
    if (lacks & SCORE_LACKS_NAME) {
        s->c.named = true;
        step(s, SCORE_STATE_NAME, 0, 0, 0);
    }
    if (lacks & SCORE_LACKS_BIRTH) {
        s->c.born = true;
        step(s, SCORE_STATE_BIRTHDATE, 0, 0, 0);
    }
    for (size_t i = 0; i < s->c.items && (lacks & SCORE_LACKS_SETTLED); i++) {
        struct score_item *item = &s->c.item[i];
        if (!r->worth[i].failed || s->policy->type[item->type].strength < SCORE_FAIR ||
            s->way->steps == SCORE_STEPS)
            continue;
        step(s, SCORE_TAKE_BACK, i, item->type, 0);
        item->type = SCORE_NO_TYPE;
    }
}

/* What needs neither a meeting nor a signature comes first, so that of two ways of one length the
 * easier is found. */
static void put_in_order(struct search *s)
{
    const struct score_policy *p = s->policy;
    size_t n = 0;

    for (unsigned hard = 0; hard < 3; hard++) {
        for (size_t m = 0; m < p->methods; m++) {
            if ((p->in_person >> m & 1) + (p->signature >> m & 1) * 2 == hard)
                s->order[n++] = (uint8_t)m;
        }
    }
    /* A check may be both. */
    for (size_t m = 0; m < p->methods; m++) {
        if (p->in_person & p->signature & (uint32_t)1 << m)
            s->order[n++] = (uint8_t)m;
    }
}

void score_shortest_way(const struct score_policy *policy, const struct score_case *c,
                        enum score_framework in, unsigned level, bool checked,
                        struct score_way *way)
{
    struct search s = {.policy = policy,
                       .in = in,
                       .level = level,
                       .checked = checked,
                       .c = *c,
                       .way = way,
                       .tries = MOST_TRIES};
    struct score_result r;

    *way = (struct score_way){0};
    put_in_order(&s);
    score_evaluate(policy, c, &r);
    if (reached(&s, &r)) {
        way->found = true;
        return;
    }
    take_needed(&s, &r);
    for (size_t left = 0; !way->found && way->steps + left <= SCORE_STEPS && s.tries > 0; left++)
        way->found = search(&s, (struct place){0, 0, 0}, (unsigned)left);
    if (!way->found)
        way->steps = 0;
}
