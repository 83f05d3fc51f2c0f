/*
 * The question goes to the store with copies of the claims, not with the header that was read: a
 * few KiB, however much memory its JSON took. When the answer is there the request is carried out
 * anew, and the rules, which come to the same claims, say which of them was not true.
 */
#include "tmtp-link/server/inner_check.h"

#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/inner_rules.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/session.h"
#include "tmtp-link/server/store.h"
#include "tmtp-link/server/upload.h"

/* What the store said, in link->inner_answer; above these: the number of a claim that is not true.
 */
enum { ANSWER_NONE = 0, ANSWER_TRUE = -1, ANSWER_FAILED = -2 };

struct question {
    struct request request;
    struct link *link;
    struct inner_facts facts;
};

/* --- the statement ------------------------------------------------------------------------- */

static const struct inner_facts *facts_of(const struct request *request)
{
    return &CONTAINER(request, struct question, request)->facts;
}

static void claims_write(struct params *params, struct request *const list[], size_t count)
{
    size_t total = 0;

    for (size_t i = 0; i < count; i++) {
        total += facts_of(list[i])->count;
    }
    params_array(params, PARAMS_INT8, total);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < facts_of(list[i])->count; k++) {
            params_item_int8(params, (int64_t)i);
        }
    }
    params_array(params, PARAMS_INT8, total);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < facts_of(list[i])->count; k++) {
            params_item_int8(params, (int64_t)k + 1);
        }
    }
    params_array(params, PARAMS_TEXT, total);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < facts_of(list[i])->count; k++) {
            const char *alias = facts_of(list[i])->claims[k].alias;

            params_item(params, alias, strlen(alias));
        }
    }
    params_array(params, PARAMS_TEXT, total);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < facts_of(list[i])->count; k++) {
            params_item(params, facts_of(list[i])->claims[k].uid, TMTP_UID_LEN);
        }
    }
    params_array(params, PARAMS_BOOL, total);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < facts_of(list[i])->count; k++) {
            params_item_bool(params, facts_of(list[i])->claims[k].about == INNER_GROUP);
        }
    }
    params_bool(params, CONTAINER(list[0], struct question, request)->link->server->config->open);
}

/* Rows: request, its first claim that is not true; none for a request whose claims all are. */
static void claims_settle(struct request *const list[], size_t count, const PGresult *result)
{
    int row = 0;

    for (size_t i = 0; i < count; i++) {
        struct question *question = CONTAINER(list[i], struct question, request);
        struct link *link = question->link;

        link->inner_answer = result == NULL ? ANSWER_FAILED : ANSWER_TRUE;
        if (result != NULL && row < PQntuples(result) && rows_int8(result, row, 0) == (int64_t)i) {
            link->inner_answer = (int)rows_int8(result, row++, 1);
        }
        inner_facts_free(&question->facts);
        free(question);
        session_answered(link);
    }
}

const struct request_kind inner_check_kind = {.name = "inner_pairs",
                                              .query = QUERY_INNER_PAIRS,
                                              .most = 64,
                                              .write = claims_write,
                                              .settle = claims_settle};

/* --- the check ----------------------------------------------------------------------------- */

/* Answer with what is wrong, after all that was asked before. */
static void refuse(struct link *link, const char *fault)
{
    if (link->in_hand > 0) {
        link->header_waits = true;
        return;
    }
    link->inner_answer = ANSWER_NONE;
    upload_give_up(link);
    session_ack(link, link->header->id.at, link->header->id.len, fault);
}

/* Ask the store, which takes the claims over: when nothing else is in hand, so that the post can be
 * carried out as soon as the answer is there. */
static void ask(struct link *link, struct inner_facts *facts)
{
    struct question *question = link->in_hand > 0 ? NULL : calloc(1, sizeof *question);

    link->header_waits = true;
    if (link->in_hand > 0) {
        return;
    }
    if (question == NULL) {
        link_close(link, "no memory");
        return;
    }
    question->request.kind = &inner_check_kind;
    question->link = link;
    question->facts = *facts;
    *facts = (struct inner_facts){0};
    session_submit(link, &question->request);
}

static void remember(struct link *link, struct inner_facts *facts)
{
    if (facts->count > 0 && facts->claims[0].about == INNER_ALIAS) {
        free(link->alias);
        link->alias = facts->claims[0].alias;
        facts->claims[0].alias = NULL;
    }
}

static bool judge(struct link *link, struct inner_facts *facts)
{
    int answer = link->inner_answer;

    if (facts->fault[0] != '\0') {
        refuse(link, facts->fault);
        return false;
    }
    if (facts->count == 0) {
        return true;
    }
    if (answer == ANSWER_NONE) {
        ask(link, facts);
        return false;
    }
    if (answer != ANSWER_TRUE) {
        if (answer > 0 && (size_t)answer <= facts->count) {
            inner_claim_fault(&facts->claims[answer - 1], facts->fault);
        }
        refuse(link, answer == ANSWER_FAILED ? "it could not be checked" : facts->fault);
        return false;
    }
    link->inner_answer = ANSWER_NONE;
    remember(link, facts);
    return true;
}

static const char *octets_of(const struct buffer *buffer)
{
    return buffer->at == NULL ? "" : buffer->at + buffer->begin;
}

bool inner_check(struct link *link)
{
    const struct server *server = link->server;
    struct inner_question question = {.header = link->header,
                                      .data = octets_of(&link->data),
                                      .data_len = buffer_len(&link->data),
                                      .note = octets_of(&link->note),
                                      .note_len = buffer_len(&link->note),
                                      .self = link->uid,
                                      .alias = link->alias};
    struct inner_facts facts;
    int op = link->header->op;
    bool go_on = false;

    if ((op != TMTP_POST && op != TMTP_POST_NOTIFY) || server->config->check_inner != CONFIG_YES ||
        !inner_is_for_others(link->header, link->uid)) {
        return true;
    }
    question.next_id = store_next_id(server->store);
    if (inner_rules(&question, &facts)) {
        go_on = judge(link, &facts);
    } else {
        link_close(link, "no memory");
    }
    inner_facts_free(&facts);
    return go_on;
}

void inner_forget(struct link *link)
{
    free(link->alias);
    link->alias = NULL;
}
