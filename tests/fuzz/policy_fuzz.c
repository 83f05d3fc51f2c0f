/*
 * Policies of any octets, and cases under those that are taken: the levels are levels, and one more
 * passed check lowers nothing, whatever the policy says. A policy and, behind a line end, four
 * octets a piece of evidence: kind, issuer, passed, failed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/domain/score_policy.h"

enum { TODAY = 20000, ITEM = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* Eight bits, spread over the ways to check that there are. */
static uint32_t spread(uint8_t bits, const struct score_policy *policy)
{
    uint32_t mask = 0;

    for (size_t i = 0; i < policy->methods; i++)
        mask |= (uint32_t)(bits >> i % 8 & 1) << i;
    return mask;
}

static struct score_case read_case(const struct score_policy *policy, const uint8_t *at, size_t len)
{
    struct score_case c = {.today = TODAY, .contact = true, .named = true, .born = true};

    for (; c.items < 4 && len >= ITEM; at += ITEM, len -= ITEM) {
        struct score_item *item = &c.item[c.items++];
        item->type = (uint8_t)(at[0] % policy->types);
        item->issuer = at[1] % 4;
        item->passed = policy->type[item->type].methods & spread(at[2], policy);
        item->failed = policy->type[item->type].methods & spread(at[3], policy) & ~item->passed;
        item->issued = TODAY - at[1];
        item->expires = at[1] & 0x40 ? TODAY - 1 : SCORE_NO_DAY;
        item->looked_up = item->passed != 0 ? TODAY - at[1] : SCORE_NO_DAY;
    }
    return c;
}

static struct score_result result_of(const struct score_policy *policy, const struct score_case *c)
{
    struct score_result r;

    score_evaluate(policy, c, &r);
    must(r.level <= SCORE_TOP_LEVEL && r.ial <= 2 && r.gpg45 <= 4);
    return r;
}

static void nothing_lowers(const struct score_policy *policy, const struct score_case *c)
{
    struct score_result before = result_of(policy, c);

    for (size_t i = 0; i < c->items; i++) {
        uint32_t open = policy->type[c->item[i].type].methods & ~c->item[i].passed;
        for (size_t m = 0; m < policy->methods; m++) {
            struct score_case more = *c;
            if (!(open >> m & 1))
                continue;
            more.item[i].passed |= (uint32_t)1 << m;
            more.item[i].failed &= ~((uint32_t)1 << m);
            more.item[i].looked_up = TODAY;
            struct score_result after = result_of(policy, &more);
            must(after.level >= before.level && after.ial >= before.ial &&
                 after.gpg45 >= before.gpg45 && (before.matched & ~after.matched) == 0);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct work w = {.mem = talloc_new(NULL)};
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t len = end != NULL ? (size_t)(end - data) : size;
    const char *text = talloc_strndup(w.mem, (const char *)data, len);
    struct score_policy *policy;

    if (score_policy_read(&w, text, &policy) == AGORA_OK) {
        struct score_case c = {.today = TODAY};
        if (end != NULL)
            c = read_case(policy, end + 1, size - len - 1);
        nothing_lowers(policy, &c);
    } else {
        must(w.error.status == AGORA_INVALID_FIELD);
    }
    talloc_free(w.mem);
    return 0;
}
