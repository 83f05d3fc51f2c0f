/*
 * What the tests of the scorer share: the policy that a migrated database publishes, and cases
 * written as words: "passport +vri -pvr; x_professional_register +data by:2". After the kind:
 * expired, today (its last day), recent, old, by:NUMBER (issuer), old_look (looked up long ago),
 * +method passed, -method failed.
 */
#ifndef AGORA_TESTS_UNIT_SCORE_CASE_H
#define AGORA_TESTS_UNIT_SCORE_CASE_H

#include <stdio.h>

#include "directory/db/db.h"
#include "directory/domain/score_policy.h"
#include "directory/score/score.h"
#include "tests/unit/check.h"

enum { TODAY = 20000 };

static struct score_policy *policy;
static void *policy_mem;

/* The published policy, read through the service's own way. */
static inline int load_policy(void **state)
{
    struct request *rq = make_request(NULL, NULL);
    const char *text;

    (void)state;
    struct config *config = (struct config *)rq->work.config;
    config->database_connection = getenv("AGORA_TEST_DATABASE");
    assert_non_null(config->database_connection);
    policy_mem = rq;
    assert_int_equal(db_open(rq, config, &rq->work.db), AGORA_OK);
    assert_int_equal(db_json(&rq->work, QUERY_POLICY_PUBLISHED, 0, NULL, &text), AGORA_OK);
    assert_int_equal(score_policy_read(&rq->work, text, &policy), AGORA_OK);
    return 0;
}

static inline int drop_policy(void **state)
{
    (void)state;
    talloc_free(policy_mem);
    return 0;
}

/* A kind of evidence by its sub-type alone. */
static inline uint8_t type_named(const char *subtype)
{
    for (size_t i = 0; i < policy->types; i++) {
        if (strcmp(strchr(policy->type[i].name, '/') + 1, subtype) == 0)
            return (uint8_t)i;
    }
    fail_msg("no kind of evidence is called %s", subtype);
    return SCORE_NO_TYPE;
}

static inline void item_word(struct score_item *item, const char *word)
{
    if (word[0] == '+' || word[0] == '-') {
        uint32_t bit = score_policy_method(policy, word + 1);
        assert_true(bit != 0);
        /* The later check of a method takes the place of the one before. */
        item->passed = word[0] == '+' ? item->passed | bit : item->passed & ~bit;
        item->failed = word[0] == '-' ? item->failed | bit : item->failed & ~bit;
        if (word[0] == '+' && item->looked_up == SCORE_NO_DAY)
            item->looked_up = TODAY;
    } else if (strcmp(word, "expired") == 0 || strcmp(word, "today") == 0) {
        item->expires = TODAY - (word[0] == 'e');
    } else if (strcmp(word, "recent") == 0 || strcmp(word, "old") == 0) {
        item->issued = TODAY - (word[0] == 'r' ? 30 : 93);
    } else if (strcmp(word, "old_look") == 0) {
        item->looked_up = TODAY - 32;
    } else {
        assert_int_equal(strncmp(word, "by:", 3), 0);
        item->issuer = (uint16_t)(1000 + strtoul(word + 3, NULL, 10));
    }
}

/* A case of words, with a contact, names and date of birth. */
static inline struct score_case case_of(const char *words)
{
    struct score_case c = {.today = TODAY, .contact = true, .named = true, .born = true};
    char text[512], *item, *word, *items = text, *rest;

    snprintf(text, sizeof text, "%s", words);
    while ((item = strsep(&items, ";")) != NULL) {
        struct score_item *made = NULL;
        for (rest = item; (word = strsep(&rest, " ")) != NULL;) {
            if (word[0] == '\0')
                continue;
            if (made != NULL) {
                item_word(made, word);
                continue;
            }
            made = &c.item[c.items++];
            *made = (struct score_item){.type = type_named(word),
                                        .issued = SCORE_NO_DAY,
                                        .expires = SCORE_NO_DAY,
                                        .looked_up = SCORE_NO_DAY};
            made->issuer = made->type; /* without an issuer, two of a kind are of one */
        }
    }
    for (size_t i = 0; i < c.items; i++)
        c.contact |= (c.item[i].passed & policy->of_class[SCORE_CONTACT]) != 0;
    return c;
}

static inline struct score_result result_of(const struct score_case *c)
{
    struct score_result r;

    score_evaluate(policy, c, &r);
    return r;
}

#endif
