/* Names become numbers: kinds and checks those of the policy, issuers those of the case. */
#include "directory/domain/score_facts.h"

#include <stdio.h>
#include <string.h>

#include "directory/domain/score_policy.h"

/* A check that failed counts, also by a method that the policy does not know any more. */
#define OTHER_METHOD ((uint32_t)1 << SCORE_METHODS)

/* Days before March in a year that begins in March, and so on: leap days come last. */
int32_t score_day(const char *text)
{
    int y, m, d;

    if (text == NULL || strlen(text) < 10 || text[4] != '-' || text[7] != '-')
        return SCORE_NO_DAY;
    y = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
    m = (text[5] - '0') * 10 + (text[6] - '0');
    d = (text[8] - '0') * 10 + (text[9] - '0');
    if (m < 1 || m > 12 || d < 1 || d > 31 || y < 1)
        return SCORE_NO_DAY;
    y -= m <= 2;
    m += m <= 2 ? 9 : -3;
    return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + d - 1 - 719468;
}

static const char *text_of(const json_t *from, const char *member)
{
    return json_string_value(json_object_get(from, member));
}

static void read_check(const struct score_policy *policy, const json_t *check,
                       struct score_item *item)
{
    const char *method = text_of(check, "check_method"), *result = text_of(check, "result");
    uint32_t bit = method != NULL ? score_policy_method(policy, method) : 0;
    int32_t day = score_day(text_of(check, "at"));

    if (result == NULL)
        return;
    if (strcmp(result, "passed") == 0)
        item->passed |= bit;
    else if (strcmp(result, "failed") == 0)
        item->failed |= bit != 0 ? bit : OTHER_METHOD;
    if ((item->passed & bit & policy->of_class[SCORE_VALIDATION]) && day > item->looked_up)
        item->looked_up = day;
}

/* The first item by the same issuer gives the number. */
static uint16_t issuer_number(const json_t *evidence, size_t i)
{
    const char *key = text_of(json_array_get(evidence, i), "issuer_key");

    for (size_t j = 0; j < i; j++) {
        const char *other = text_of(json_array_get(evidence, j), "issuer_key");
        if (key != NULL && other != NULL && strcmp(key, other) == 0)
            return (uint16_t)j;
    }
    return (uint16_t)i;
}

static void read_item(const struct score_policy *policy, const json_t *evidence, size_t i,
                      struct score_item *item)
{
    const json_t *from = json_array_get(evidence, i);
    const json_t *checks = json_object_get(from, "checks");
    const char *type = text_of(from, "type"), *subtype = text_of(from, "subtype");
    char name[128];

    snprintf(name, sizeof name, "%s/%s", type != NULL ? type : "", subtype != NULL ? subtype : "");
    *item = (struct score_item){.type = score_policy_type(policy, name),
                                .issuer = issuer_number(evidence, i),
                                .issued = score_day(text_of(from, "date_of_issuance")),
                                .expires = score_day(text_of(from, "date_of_expiry")),
                                .looked_up = SCORE_NO_DAY};
    for (size_t k = 0; k < json_array_size(checks); k++)
        read_check(policy, json_array_get(checks, k), item);
}

void score_facts_read(const struct score_policy *policy, const json_t *snapshot, int32_t today,
                      struct score_case *c)
{
    const json_t *claims = json_object_get(snapshot, "claims");
    const json_t *evidence = json_object_get(snapshot, "evidence");
    size_t n = json_array_size(evidence);

    memset(c, 0, sizeof *c);
    c->today = today;
    c->duplicates = (uint32_t)json_integer_value(json_object_get(snapshot, "duplicates"));
    c->contact = json_is_string(json_object_get(snapshot, "contact_method"));
    c->named = text_of(claims, "given_name") != NULL && text_of(claims, "family_name") != NULL;
    c->born = text_of(claims, "birthdate") != NULL;
    c->items = n < SCORE_ITEMS / 2 ? n : SCORE_ITEMS / 2;
    for (size_t i = 0; i < c->items; i++) {
        read_item(policy, evidence, i, &c->item[i]);
        c->contact |= (c->item[i].passed & policy->of_class[SCORE_CONTACT]) != 0;
    }
}
