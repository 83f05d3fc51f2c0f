/*
 * The header of a Post or PostNotify, a line, and its data, held against the rules of check_inner:
 * what they let pass must be what docs/tmtp-admin.md says, and the same question must have the same
 * answer, since the server asks it again when the store has spoken.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/identity.h"
#include "tmtp-link/server/inner_rules.h"
#include "tmtp-link/wire/base32.h"
#include "tmtp-link/wire/inner.h"
#include "tmtp-link/wire/json.h"

static const char self[] = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB";
static const char alias[] = "Alice Example";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check_claims(const struct inner_facts *facts)
{
    must(facts->count <= 2 * (2 * TMTP_CC_MAX + 1) + 1);
    must(memchr(facts->fault, '\0', sizeof facts->fault) != NULL);
    for (size_t i = 0; i < facts->count; i++) {
        const struct inner_claim *claim = &facts->claims[i];
        char fault[INNER_FAULT_SIZE];

        must(strlen(claim->uid) == TMTP_UID_LEN && base32_is_uid(claim->uid, TMTP_UID_LEN));
        must(identity_name_fault(IDENTITY_NEWALIAS,
                                 (struct tmtp_text){claim->alias, strlen(claim->alias)}) == NULL);
        must(claim->about == INNER_WHO || strcmp(claim->uid, self) == 0);
        must(claim->entry <= TMTP_CC_MAX);
        inner_claim_fault(claim, fault);
        must(fault[0] != '\0');
    }
}

static bool claimed(const struct inner_facts *facts, const char *who, const char *uid)
{
    bool found = strcmp(who, alias) == 0 && strcmp(uid, self) == 0;

    for (size_t i = 0; i < facts->count; i++) {
        found |= strcmp(facts->claims[i].alias, who) == 0 && strcmp(facts->claims[i].uid, uid) == 0;
    }
    return found;
}

/* What passed, read once more by itself. */
static void check_passed(const struct inner_question *question, const struct inner_facts *facts)
{
    const struct tmtp_header *header = question->header;
    int64_t before = header->op == TMTP_POST_NOTIFY ? header->notelen : 0;
    struct inner inner;
    struct inner_cc cc;
    size_t i;
    json_t *item;
    int64_t sizes = 0;

    must(header->datahead <= TMTP_INNER_MAX && header->notehead <= TMTP_INNER_MAX);
    must(inner_parse(question->data, (size_t)header->datahead, &inner));
    must(inner.threadid == NULL || *inner.threadid == '\0' ||
         strspn(inner.threadid, "0123456789abcdef") == TMTP_MSGID_LEN);
    must(header->op == TMTP_POST_NOTIFY || claimed(facts, inner.alias, self));
    must(json_array_size(inner.cc) <= TMTP_CC_MAX);
    for (i = 0; inner_cc(&inner, i, &cc); i++) {
        must(strcmp(cc.byuid, self) == 0 && claimed(facts, cc.by, self));
        must(strcmp(cc.who, cc.whouid) == 0 || claimed(facts, cc.who, cc.whouid));
        must(i > 0 || (inner.threadid != NULL && *inner.threadid != '\0') ||
             strcmp(cc.whouid, self) == 0);
    }
    json_array_foreach(inner.attach, i, item)
    {
        sizes += json_integer_value(json_get_nocase(item, "size"));
    }
    must(sizes <= header->datalen - before - header->datahead);
    inner_free(&inner);
}

static void try_question(const struct inner_question *question)
{
    struct inner_facts facts;
    struct inner_facts again;

    if (inner_rules(question, &facts) && inner_rules(question, &again)) {
        must(strcmp(facts.fault, again.fault) == 0 && facts.count == again.count);
        check_claims(&facts);
        if (facts.fault[0] == '\0') {
            check_passed(question, &facts);
        }
        inner_facts_free(&again);
    }
    inner_facts_free(&facts);
}

/* The header says how the data is divided; how long it is, it is told. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *end = size == 0 ? NULL : memchr(text, '\n', size);
    struct inner_question question = {.self = self, .alias = alias, .next_id = 4096};
    struct tmtp_header header;

    if (end == NULL) {
        return 0;
    }
    question.header = &header;
    question.data = end + 1;
    question.data_len = size - (size_t)(end + 1 - text);
    if (header_parse(text, (size_t)(end - text), &header)) {
        header.datalen = (int64_t)question.data_len;
        question.note = question.data;
        if ((header.op == TMTP_POST ||
             (header.op == TMTP_POST_NOTIFY && header.notelen < header.datalen)) &&
            header_is_request(&header) && inner_is_for_others(&header, self)) {
            question.note_len = header.op == TMTP_POST_NOTIFY ? (size_t)header.notelen : 0;
            question.data += question.note_len;
            question.data_len -= question.note_len;
            try_question(&question);
        }
    }
    header_free(&header);
    return 0;
}
