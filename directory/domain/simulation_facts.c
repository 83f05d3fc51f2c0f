/* TYPE;ISSUER;ISSUED;EXPIRES;CHECK… a line, each check as its outcome's first letter, its method, a
 * colon and its day. */
#include "directory/domain/simulation_facts.h"

#include <stdlib.h>
#include <string.h>

#define OTHER_METHOD ((uint32_t)1 << SCORE_METHODS)

/* A piece of the text. */
struct piece {
    const char *at;
    size_t len;
};

/* The next piece up to a sign; `from` goes on behind it, to NULL after the last. */
static struct piece cut(struct piece *from, char sign)
{
    if (from->at == NULL)
        return (struct piece){"", 0};
    const char *end = memchr(from->at, sign, from->len);
    struct piece first = {from->at, end != NULL ? (size_t)(end - from->at) : from->len};

    from->len -= end != NULL ? first.len + 1 : from->len;
    from->at = end != NULL ? end + 1 : NULL;
    return first;
}

static bool same(struct piece a, const char *b)
{
    return strncmp(a.at, b, a.len) == 0 && b[a.len] == '\0';
}

static int32_t day(struct piece p)
{
    return p.len > 0 ? (int32_t)strtol(p.at, NULL, 10) : SCORE_NO_DAY;
}

static uint32_t method_bit(const struct score_policy *policy, struct piece code)
{
    for (size_t i = 0; i < policy->methods; i++) {
        if (same(code, policy->method[i].code))
            return (uint32_t)1 << i;
    }
    return 0;
}

static uint8_t type_of(const struct score_policy *policy, struct piece name)
{
    for (size_t i = 0; i < policy->types; i++) {
        if (same(name, policy->type[i].name))
            return (uint8_t)i;
    }
    return SCORE_NO_TYPE;
}

static void read_check(const struct score_policy *policy, struct piece text,
                       struct score_item *item)
{
    char outcome = text.len > 0 ? text.at[0] : 'c';
    struct piece rest = {text.at + 1, text.len > 0 ? text.len - 1 : 0};
    uint32_t bit = method_bit(policy, cut(&rest, ':'));
    int32_t at = rest.at != NULL ? day(rest) : SCORE_NO_DAY;

    if (outcome == 'p')
        item->passed |= bit;
    else if (outcome == 'f')
        item->failed |= bit != 0 ? bit : OTHER_METHOD;
    if ((item->passed & bit & policy->of_class[SCORE_VALIDATION]) && at > item->looked_up)
        item->looked_up = at;
}

/* An item; `issuer` is who issued it, or its kind where nobody says. */
static struct piece read_item(const struct score_policy *policy, struct piece line,
                              struct score_item *item)
{
    struct piece kind = cut(&line, ';'), issuer = cut(&line, ';');

    *item = (struct score_item){.type = type_of(policy, kind), .looked_up = SCORE_NO_DAY};
    item->issued = day(cut(&line, ';'));
    item->expires = day(cut(&line, ';'));
    while (line.at != NULL)
        read_check(policy, cut(&line, ';'), item);
    return issuer.len > 0 ? issuer : kind;
}

void simulation_facts_read(const struct score_policy *policy, const struct simulation_facts *facts,
                           struct score_case *c)
{
    struct piece text = {facts->items, facts->items != NULL ? strlen(facts->items) : 0};
    struct piece issuers[SCORE_ITEMS];

    c->items = 0;
    c->today = facts->today;
    c->duplicates = facts->duplicates;
    c->contact = (facts->flags & 1) != 0;
    c->named = (facts->flags & 2) != 0;
    c->born = (facts->flags & 4) != 0;
    while (text.at != NULL && c->items < SCORE_ITEMS) {
        struct score_item *item = &c->item[c->items];
        struct piece issuer = read_item(policy, cut(&text, '\n'), item);
        issuers[c->items] = issuer;
        item->issuer = (uint16_t)c->items;
        for (size_t j = 0; j < c->items; j++) {
            if (issuers[j].len == issuer.len && memcmp(issuers[j].at, issuer.at, issuer.len) == 0) {
                item->issuer = (uint16_t)j;
                break;
            }
        }
        c->contact |= (item->passed & policy->of_class[SCORE_CONTACT]) != 0;
        c->items++;
    }
}
