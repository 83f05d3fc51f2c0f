/* Each reader takes one member, checks it, and names it when it is not right. */
#include "directory/domain/score_policy.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { GPG45_TOP = 4, MOST_DAYS = 36500, MOST_VOUCHES = 10, MOST_MONTHS = 240 };

static const char *const strengths[] = {"none", "fair", "strong", "superior", NULL};
static const char *const classes[] = {"validation", "verification", "contact", "control", NULL};

const char *score_strength_name(enum score_strength strength)
{
    return strengths[strength];
}

/* A policy being read: where in it we are, for the pointer. */
struct reader {
    struct work *w;
    struct score_policy *policy;
    char path[96];
    bool bad;
};

/* Only the first fault is told. */
static void fault(struct reader *r, const char *member, const char *sentence)
{
    char pointer[160];

    if (r->bad)
        return;
    r->bad = true;
    snprintf(pointer, sizeof pointer, "/policy%s%s%s", r->path, member[0] != '\0' ? "/" : "",
             member);
    error_set(&r->w->error, AGORA_INVALID_FIELD, pointer, "%s", sentence);
}

/* A member's place, its name escaped as a pointer wants it. */
static void enter(struct reader *r, const char *list, const char *name)
{
    size_t n = (size_t)snprintf(r->path, sizeof r->path, "/%s/", list);

    for (; *name != '\0' && n + 3 < sizeof r->path; name++) {
        if (*name == '/' || *name == '~') {
            r->path[n++] = '~';
            r->path[n++] = *name == '/' ? '1' : '0';
        } else {
            r->path[n++] = *name;
        }
    }
    r->path[n] = '\0';
}

/* A whole number from 0 to `most`; 0 when it is not there. */
static int whole(struct reader *r, const json_t *from, const char *member, int most)
{
    const json_t *value = json_object_get(from, member);

    if (value == NULL || json_is_null(value))
        return 0;
    json_int_t n = json_integer_value(value);
    if (!json_is_integer(value) || n < 0 || n > most) {
        char sentence[64];
        snprintf(sentence, sizeof sentence, "Give a whole number from 0 to %d.", most);
        fault(r, member, sentence);
        return 0;
    }
    return (int)n;
}

static bool yes(struct reader *r, const json_t *from, const char *member)
{
    const json_t *value = json_object_get(from, member);

    if (value != NULL && !json_is_boolean(value))
        fault(r, member, "Say true or false.");
    return json_is_true(value);
}

static unsigned choice(struct reader *r, const json_t *from, const char *member,
                       const char *const names[])
{
    const char *given = json_string_value(json_object_get(from, member));

    for (unsigned i = 0; given != NULL && names[i] != NULL; i++) {
        if (strcmp(given, names[i]) == 0)
            return i;
    }
    fault(r, member, "Choose one of the words that this can be.");
    return 0;
}

static bool name_fits(struct reader *r, const char *name, size_t room)
{
    if (strlen(name) < room && name[0] != '\0')
        return true;
    fault(r, "", "This name is too long.");
    return false;
}

static void read_method(struct reader *r, const char *code, const json_t *from)
{
    struct score_policy *p = r->policy;

    enter(r, "methods", code);
    if (p->methods == SCORE_METHODS) {
        fault(r, "", "There are too many ways to check.");
        return;
    }
    struct score_method *m = &p->method[p->methods++];
    if (name_fits(r, code, sizeof m->code))
        memcpy(m->code, code, strlen(code) + 1);
    m->kind = choice(r, from, "class", classes);
    m->cap = choice(r, from, "cap", strengths);
    m->presented = yes(r, from, "presented");
    m->in_person = yes(r, from, "in_person");
    m->signature = yes(r, from, "signature");
    m->validity = (uint8_t)whole(r, from, "validity", GPG45_TOP);
    m->verification = (uint8_t)whole(r, from, "verification", GPG45_TOP);
}

static uint32_t read_allowed(struct reader *r, const json_t *from)
{
    const json_t *list = json_object_get(from, "methods");
    uint32_t mask = 0;

    if (!json_is_array(list))
        fault(r, "methods", "List the checks that it allows.");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *code = json_string_value(json_array_get(list, i));
        uint32_t bit = code != NULL ? score_policy_method(r->policy, code) : 0;
        if (bit == 0)
            fault(r, "methods", "List only checks of this policy's methods.");
        mask |= bit;
    }
    return mask;
}

static void read_type(struct reader *r, const char *name, const json_t *from)
{
    struct score_policy *p = r->policy;

    enter(r, "evidence", name);
    if (p->types == SCORE_TYPES) {
        fault(r, "", "There are too many kinds of evidence.");
        return;
    }
    struct score_type *t = &p->type[p->types++];
    if (name_fits(r, name, sizeof t->name))
        memcpy(t->name, name, strlen(name) + 1);
    t->strength = choice(r, from, "strength", strengths);
    t->superior_by_signature = yes(r, from, "superior_by_signature");
    t->vouch = yes(r, from, "vouch");
    t->membership = yes(r, from, "membership");
    t->standing = yes(r, from, "standing");
    t->max_age_days = whole(r, from, "max_age_days", MOST_DAYS);
    t->methods = read_allowed(r, from);
    t->gpg45_strength = (uint8_t)whole(r, from, "gpg45_strength", GPG45_TOP);
    t->gpg45_signed = (uint8_t)whole(r, from, "gpg45_signed", GPG45_TOP);
    t->activity = (uint8_t)whole(r, from, "activity", GPG45_TOP);
    t->fraud = (uint8_t)whole(r, from, "fraud", GPG45_TOP);
    if (t->gpg45_signed > 0 && t->gpg45_signed < t->gpg45_strength)
        fault(r, "gpg45_signed", "A verified signature cannot make it weaker.");
}

static void read_slots(struct reader *r, struct score_profile *p, const json_t *from)
{
    const json_t *list = json_object_get(from, "evidence");
    size_t n = json_array_size(list);

    if (n < 1 || n > SCORE_SLOTS) {
        fault(r, "evidence", "Ask for one to three pieces of evidence.");
        return;
    }
    p->slots = (uint8_t)n;
    for (size_t i = 0; i < n; i++) {
        const json_t *slot = json_array_get(list, i);
        json_int_t strength = json_integer_value(json_array_get(slot, 0));
        json_int_t validity = json_integer_value(json_array_get(slot, 1));
        if (json_array_size(slot) != 2 || strength < 1 || strength > GPG45_TOP || validity < 1 ||
            validity > GPG45_TOP || (i > 0 && strength > p->strength[i - 1]))
            fault(r, "evidence",
                  "Give strength and validity of each, 1 to 4, the strongest first.");
        p->strength[i] = (uint8_t)strength;
        p->validity[i] = (uint8_t)validity;
    }
}

static void read_profile(struct reader *r, size_t place, const json_t *from)
{
    struct score_policy *policy = r->policy;
    const char *name = json_string_value(json_object_get(from, "name"));
    char number[24];

    snprintf(number, sizeof number, "%zu", place);
    enter(r, "gpg45", number);
    if (policy->profiles == SCORE_PROFILES || name == NULL) {
        fault(r, "", name == NULL ? "Name the profile." : "There are too many profiles.");
        return;
    }
    struct score_profile *p = &policy->profile[policy->profiles++];
    if (name_fits(r, name, sizeof p->name))
        memcpy(p->name, name, strlen(name) + 1);
    p->level = (uint8_t)whole(r, from, "level", GPG45_TOP);
    p->activity = (uint8_t)whole(r, from, "activity", GPG45_TOP);
    p->fraud = (uint8_t)whole(r, from, "fraud", GPG45_TOP);
    p->verification = (uint8_t)whole(r, from, "verification", GPG45_TOP);
    if (p->level == 0)
        fault(r, "level", "Give the level of confidence, 1 to 4.");
    read_slots(r, p, from);
}

static void read_numbers(struct reader *r, const json_t *from)
{
    struct score_policy *p = r->policy;
    const json_t *ladder = json_object_get(from, "ladder");
    const json_t *months = json_object_get(ladder, "validity_months");
    const char *level;
    json_t *value;

    r->path[0] = '\0';
    p->standing_days = whole(r, from, "standing_days", MOST_DAYS);
    p->nist_fraud = (uint8_t)whole(r, from, "nist_fraud", GPG45_TOP);
    p->sweep = (uint8_t)whole(r, from, "fraud_sweep", GPG45_TOP);
    snprintf(r->path, sizeof r->path, "/ladder");
    p->birthdate_from = (uint8_t)whole(r, ladder, "birthdate_from", SCORE_TOP_LEVEL);
    p->vouches = (uint8_t)whole(r, ladder, "vouches", MOST_VOUCHES);
    if (p->birthdate_from < 2)
        fault(r, "birthdate_from",
              "Give the level from which the date of birth is needed, 2 to 4.");
    snprintf(r->path, sizeof r->path, "/ladder/validity_months");
    json_object_foreach((json_t *)months, level, value)
    {
        if (level[0] < '1' || level[0] > '4' || level[1] != '\0' ||
            whole(r, months, level, MOST_MONTHS) < 1)
            fault(r, "", "Give months, 1 to 240, by level, 1 to 4.");
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The members of an object, in the order of their names: the search for a way goes by it. */
static void each_member(struct reader *r, const json_t *from, const char *list,
                        void (*read)(struct reader *, const char *, const json_t *))
{
    json_t *object = json_object_get(from, list), *value;
    size_t n = 0, most = json_object_size(object);
    const char **names = talloc_array(r->w->mem, const char *, (unsigned)(most > 0 ? most : 1));
    const char *name;

    r->path[0] = '\0';
    if (most == 0 || names == NULL) {
        fault(r, list, "Name at least one.");
        return;
    }
    json_object_foreach(object, name, value) names[n++] = name;
    qsort(names, n, sizeof names[0], by_name);
    for (size_t i = 0; i < n; i++)
        read(r, names[i], json_object_get(object, names[i]));
    talloc_free(names);
}

enum agora_status score_policy_read(struct work *w, const char *text, struct score_policy **out)
{
    json_error_t why;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &why);
    struct reader r = {.w = w, .policy = talloc_zero(w->mem, struct score_policy)};

    if (r.policy == NULL) {
        json_decref(root);
        return work_out_of_memory(w);
    }
    if (!json_is_object(root)) {
        fault(&r, "", "A policy is an object.");
    } else {
        const json_t *profiles = json_object_get(root, "gpg45");
        each_member(&r, root, "methods", read_method);
        each_member(&r, root, "evidence", read_type);
        for (size_t i = 0; i < json_array_size(profiles); i++)
            read_profile(&r, i, json_array_get(profiles, i));
        read_numbers(&r, root);
    }
    json_decref(root);
    score_policy_ready(r.policy);
    if (!r.bad)
        *out = r.policy;
    return r.bad ? AGORA_INVALID_FIELD : AGORA_OK;
}

uint8_t score_policy_type(const struct score_policy *policy, const char *name)
{
    for (size_t i = 0; i < policy->types; i++) {
        if (strcmp(policy->type[i].name, name) == 0)
            return (uint8_t)i;
    }
    return SCORE_NO_TYPE;
}

uint32_t score_policy_method(const struct score_policy *policy, const char *code)
{
    for (size_t i = 0; i < policy->methods; i++) {
        if (strcmp(policy->method[i].code, code) == 0)
            return (uint32_t)1 << i;
    }
    return 0;
}
