/* Sentences for verifier and member, and the record for others. */
#include "directory/domain/score_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "directory/domain/score_policy.h"

enum { SENTENCE = 400 };

static const char *const ial_names[] = {NULL, "ial1", "ial2"};
static const char *const gpg45_names[] = {NULL, "low", "medium", "high", "very_high"};
static const char *const standing_names[] = {"unknown", "current", "old", "lapsed"};

const char *score_level_name(enum score_framework in, unsigned level)
{
    return in == SCORE_NIST ? ial_names[level] : in == SCORE_GPG45 ? gpg45_names[level] : NULL;
}

/* Add a sentence, printf form. */
__attribute__((format(printf, 2, 3))) static void say(json_t *list, const char *fmt, ...)
{
    char sentence[SENTENCE];
    va_list args;

    va_start(args, fmt);
    vsnprintf(sentence, sizeof sentence, fmt, args);
    va_end(args);
    json_array_append_new(list, json_string(sentence));
}

static const char *label(const struct score_told *t, const char *list, const char *code)
{
    const char *found = json_string_value(json_object_get(json_object_get(t->words, list), code));

    return found != NULL ? found : code;
}

/* The kind of item `i`, also of one that the policy does not know. */
static const char *item_label(const struct score_told *t, size_t i)
{
    if (t->snapshot == NULL)
        return t->c->item[i].type < t->policy->types
                   ? label(t, "evidence", t->policy->type[t->c->item[i].type].name)
                   : "";
    const json_t *e = json_array_get(json_object_get(t->snapshot, "evidence"), i);
    char name[128];
    const char *type = json_string_value(json_object_get(e, "type"));
    const char *subtype = json_string_value(json_object_get(e, "subtype"));
    const json_t *labels = json_object_get(t->words, "evidence");

    snprintf(name, sizeof name, "%s/%s", type != NULL ? type : "", subtype != NULL ? subtype : "");
    const char *found = json_string_value(json_object_get(labels, name));
    return found != NULL ? found : subtype != NULL ? subtype : "";
}

static const struct score_type *type_of(const struct score_told *t, size_t i)
{
    uint8_t type = t->c->item[i].type;

    return type < t->policy->types ? &t->policy->type[type] : NULL;
}

static bool unsettled(const struct score_told *t, size_t i)
{
    const struct score_type *type = type_of(t, i);

    return type != NULL && type->strength >= SCORE_FAIR && !t->r->worth[i].validated;
}

static void reason_of_item(const struct score_told *t, json_t *list, size_t i)
{
    const struct score_worth *w = &t->r->worth[i];
    const struct score_type *type = type_of(t, i);
    const char *name = item_label(t, i);

    if (w->failed)
        say(list, "%s: a check failed, so it does not count.", name);
    else if (type == NULL)
        say(list, "%s: not part of this policy, so it does not count.", name);
    else if (type->strength == SCORE_NONE && t->c->item[i].passed != 0)
        say(list, "%s: checked; it supports, but carries no level.", name);
    else if (!w->validated)
        say(list, "%s: not checked yet.", name);
    else if (w->aged)
        say(list, "%s: checked, but not recent enough to count.", name);
    else if (w->worth == SCORE_NONE)
        say(list, "%s: checked, but %s; it does not count any more.", name,
            w->expired ? "expired" : "not in a way that carries a level");
    else
        say(list, "%s: counts as %s%s", name, score_strength_name(w->worth),
            w->bound ? ", and the member is who it is about." : ".");
}

static json_t *reasons(const struct score_told *t)
{
    json_t *list = json_array();

    if (t->c->contact)
        say(list, "The member's e-mail address answers.");
    for (size_t i = 0; i < t->c->items; i++)
        reason_of_item(t, list, i);
    if (t->r->shared_issuer)
        say(list, "Of several items by one issuer only the best counts.");
    if (t->r->standing == SCORE_CURRENT)
        say(list, "Standing: the register has confirmed it within %d days.",
            t->policy->standing_days);
    else if (t->r->standing == SCORE_OLD)
        say(list, "Standing: the register was last asked more than %d days ago.",
            t->policy->standing_days);
    return list;
}

json_t *score_missing(const struct score_told *t, unsigned level)
{
    json_t *list = json_array();
    uint32_t lacks = t->r->lacks & score_needed_for(t->policy, level);

    if (lacks & SCORE_LACKS_CONTACT)
        say(list, "The member's address must answer a code.");
    if (lacks & SCORE_LACKS_NAME)
        say(list, "State given name and family name.");
    if (lacks & SCORE_LACKS_BIRTH)
        say(list, "State the date of birth.");
    if (lacks & SCORE_LACKS_SEEN)
        say(list, "Look at one document, or find the member in the membership register and have "
                  "them sign in there.");
    if (lacks & SCORE_LACKS_PAIR)
        say(list, "Two independent pieces of evidence are needed, one of them strong (passport, "
                  "identity card, driving licence), or a passport whose signature was verified.");
    if (lacks & SCORE_LACKS_BOUND)
        say(list, "Compare the face with the strongest piece of evidence.");
    if (lacks & SCORE_LACKS_MET)
        say(list, "Compare the face with the strongest piece of evidence in person.");
    for (size_t i = 0; i < t->c->items && (lacks & SCORE_LACKS_SETTLED); i++) {
        if (unsettled(t, i))
            say(list, "%s: %s.", t->r->worth[i].failed ? "A check failed" : "Not checked yet",
                item_label(t, i));
    }
    return list;
}

static const char *step_label(const struct score_told *t, const struct score_step *s)
{
    return s->item < t->c->items && s->act != SCORE_ADD
               ? item_label(t, s->item)
               : label(t, "evidence", t->policy->type[s->type].name);
}

/* A step by its code, what it is about, and in words. */
static json_t *step_json(const struct score_told *t, const struct score_step *s)
{
    static const char *const acts[] = {"answer_code", "state_name", "state_birthdate",
                                       "add",         "check",      "take_back"};
    const char *method = t->policy->method[s->method].code;
    json_t *step = json_pack("{s:s}", "do", acts[s->act]);
    char text[SENTENCE] = "";

    if (s->act == SCORE_ANSWER_CODE)
        snprintf(text, sizeof text, "Answer the code sent to the e-mail address.");
    else if (s->act == SCORE_STATE_NAME)
        snprintf(text, sizeof text, "State given name and family name.");
    else if (s->act == SCORE_STATE_BIRTHDATE)
        snprintf(text, sizeof text, "State the date of birth.");
    else if (s->act == SCORE_ADD)
        snprintf(text, sizeof text, "Add: %s.", step_label(t, s));
    else if (s->act == SCORE_TAKE_BACK)
        snprintf(text, sizeof text, "Take back: %s, of which a check failed.", step_label(t, s));
    else
        snprintf(text, sizeof text, "Check %s: %s.", step_label(t, s), label(t, "methods", method));
    json_object_set_new(step, "text", json_string(text));
    if (s->act >= SCORE_ADD && s->type < t->policy->types)
        json_object_set_new(step, "evidence_type", json_string(t->policy->type[s->type].name));
    if (s->act >= SCORE_ADD)
        json_object_set_new(step, "label", json_string(step_label(t, s)));
    if (s->act == SCORE_CHECK)
        json_object_set_new(step, "check_method", json_string(method));
    return step;
}

json_t *score_way_json(const struct score_told *t, const struct score_way *way)
{
    json_t *list = json_array();

    for (size_t i = 0; i < way->steps; i++)
        json_array_append_new(list, step_json(t, &way->step[i]));
    return list;
}

/* The way one level up in a rule set: null at its top, and where there is none. */
static json_t *way_up(const struct score_told *t, enum score_framework in, unsigned next,
                      unsigned top)
{
    struct score_way way;

    if (next > top)
        return json_null();
    score_shortest_way(t->policy, t->c, in, next, false, &way);
    return way.found ? score_way_json(t, &way) : json_null();
}

static json_t *nist(const struct score_told *t)
{
    return json_pack("{s:s?, s:o}", "assurance_level", score_level_name(SCORE_NIST, t->r->ial),
                     "way", way_up(t, SCORE_NIST, t->r->ial + 1u, 2));
}

static json_t *gpg45(const struct score_told *t)
{
    json_t *profiles = json_array();
    const char *best = NULL;

    for (size_t i = 0; i < t->policy->profiles; i++) {
        const struct score_profile *p = &t->policy->profile[i];
        if (!(t->r->matched >> i & 1))
            continue;
        json_array_append_new(profiles, json_string(p->name));
        if (p->level == t->r->gpg45 && best == NULL)
            best = p->name;
    }
    return json_pack("{s:s?, s:s, s:s?, s:o, s:{s:i, s:i, s:i, s:i, s:i}, s:o}", "assurance_level",
                     score_level_name(SCORE_GPG45, t->r->gpg45), "policy", "gpg45", "procedure",
                     best, "profiles", profiles, "scores", "strength", t->r->strength, "validity",
                     t->r->validity, "activity_history", t->r->activity, "identity_fraud",
                     t->r->fraud, "verification", t->r->verification, "way",
                     way_up(t, SCORE_GPG45, t->r->gpg45 + 1u, 4));
}

/* Whether nobody met: who met the face decides; where nobody did, who had the document in hands. */
static bool in_person(const struct score_told *t, size_t i)
{
    const struct score_item *item = &t->c->item[i];
    uint32_t faces = item->passed & t->policy->of_class[SCORE_VERIFICATION];

    return ((faces != 0 ? faces : item->passed) & t->policy->in_person) != 0;
}

static const char *item_id(const struct score_told *t, size_t i)
{
    return json_string_value(
        json_object_get(json_array_get(json_object_get(t->snapshot, "evidence"), i), "id"));
}

static json_t *items(const struct score_told *t)
{
    json_t *list = json_array();

    for (size_t i = 0; i < t->c->items; i++) {
        const struct score_worth *w = &t->r->worth[i];
        json_array_append_new(
            list, json_pack("{s:s?, s:s, s:b, s:b, s:b, s:i, s:i}", "id", item_id(t, i), "worth",
                            score_strength_name(w->worth), "validated", w->validated, "bound",
                            w->bound, "in_person", in_person(t, i), "gpg45_strength",
                            w->gpg45_strength, "gpg45_validity", w->gpg45_validity));
    }
    return list;
}

/* References to the passed checks of one class, with what their item counts as. */
static json_t *evidence_ref(const struct score_told *t, enum score_class kind)
{
    json_t *list = json_array();

    for (size_t i = 0; i < t->c->items; i++) {
        const json_t *checks =
            json_object_get(json_array_get(json_object_get(t->snapshot, "evidence"), i), "checks");
        char class[32];
        snprintf(class, sizeof class, "score_%d_strength", t->r->worth[i].gpg45_strength);
        for (size_t k = 0; k < json_array_size(checks) && t->r->worth[i].validated; k++) {
            const json_t *check = json_array_get(checks, k);
            const char *method = json_string_value(json_object_get(check, "check_method"));
            uint32_t bit = method != NULL ? score_policy_method(t->policy, method) : 0;
            if (bit & t->c->item[i].passed & t->policy->of_class[kind])
                json_array_append_new(
                    list, json_pack("{s:O, s:{s:s}}", "check_id", json_object_get(check, "id"),
                                    "evidence_metadata", "evidence_classification", class));
        }
    }
    return list;
}

static void detail(json_t *list, const char *type, const char *classification, json_t *refs)
{
    if (json_array_size(refs) > 0)
        json_array_append_new(list, json_pack("{s:s, s:s, s:O}", "assurance_type", type,
                                              "assurance_classification", classification,
                                              "evidence_ref", refs));
    json_decref(refs);
}

static json_t *assurance_details(const struct score_told *t)
{
    json_t *list = json_array();
    enum score_strength best = SCORE_NONE;
    char score[16];

    for (size_t i = 0; i < t->c->items; i++)
        best = t->r->worth[i].worth > best ? t->r->worth[i].worth : best;
    detail(list, "evidence_validation", score_strength_name(best),
           evidence_ref(t, SCORE_VALIDATION));
    snprintf(score, sizeof score, "score_%d", t->r->verification);
    detail(list, "verification", score, evidence_ref(t, SCORE_VERIFICATION));
    snprintf(score, sizeof score, "score_%d", t->r->fraud);
    json_array_append_new(list, json_pack("{s:s, s:s}", "assurance_type", "counter_fraud",
                                          "assurance_classification", score));
    return list;
}

/* What the member can add for the level asked, as if all they have named were found good. */
static json_t *member_way(const struct score_told *t, unsigned asked)
{
    struct score_case hoped = *t->c;
    struct score_way way;

    hoped.contact = true;
    score_assume_checked(t->policy, &hoped);
    score_shortest_way(t->policy, &hoped, SCORE_LADDER, asked, true, &way);
    return way.found ? score_way_json(t, &way) : json_null();
}

static const char *procedure(const struct score_told *t)
{
    bool met = false, faced = false;

    for (size_t i = 0; i < t->c->items; i++) {
        met |= t->r->worth[i].met;
        faced |= t->r->worth[i].bound;
    }
    return met ? "onsite_attended" : faced ? "remote_attended" : "remote_unattended";
}

json_t *score_words(const struct score_told *t)
{
    unsigned asked = (unsigned)json_integer_value(json_object_get(t->snapshot, "level"));
    char policy[32];

    snprintf(policy, sizeof policy, "evidence_policy_%d", t->number);
    return json_pack(
        "{s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:s, s:{s:o, s:o}, s:o}", "level",
        t->r->level, "policy_version", t->number, "reasons", reasons(t), "missing",
        score_missing(t, asked), "way",
        way_up(t, SCORE_LADDER, t->r->level < asked ? asked : t->r->level + 1u, SCORE_TOP_LEVEL),
        "member_way", member_way(t, asked), "items", items(t), "standing",
        standing_names[t->r->standing], "policy", policy, "procedure", procedure(t), "frameworks",
        "nist_800_63A", nist(t), "uk_diatf", gpg45(t), "assurance_details", assurance_details(t));
}
