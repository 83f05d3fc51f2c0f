/*
 * The rules one after the other. Reading stops at the first that is broken; its words name the
 * place by number only, never by a text of the message.
 */
#include "tmtp-link/server/inner_rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/identity.h"
#include "tmtp-link/server/inner_keys.h"
#include "tmtp-link/server/inner_reading.h"
#include "tmtp-link/wire/base32.h"

/* Ids that may be given out until the message has its own: sixteen blocks of the store's, each
 * connection of which takes one. */
#define IDS_AHEAD (INT64_C(1) << 44)

enum { CLAIMS_FIRST = 8 }; /* most messages have two or three */

static const char *const note_prefix = "notification: ";

bool inner_is_for_others(const struct tmtp_header *header, const char *self)
{
    const struct tmtp_for_list *lists[] = {&header->for_, &header->notefor};

    for (size_t l = 0; l < 2; l++) {
        for (size_t i = 0; i < lists[l]->count; i++) {
            const struct tmtp_for *to = &lists[l]->items[i];

            if (to->type != TMTP_FOR_UID || !tmtp_text_is(to->id, self)) {
                return true;
            }
        }
    }
    return false;
}

void inner_facts_free(struct inner_facts *facts)
{
    for (size_t i = 0; i < facts->count; i++) {
        free(facts->claims[i].alias);
    }
    free(facts->claims);
    *facts = (struct inner_facts){0};
}

bool inner_complain(struct inner_reading *reading, const char *format, ...)
{
    char *fault = reading->facts->fault;
    int len = snprintf(fault, INNER_FAULT_SIZE, "%s", reading->note ? note_prefix : "");
    va_list values;

    va_start(values, format);
    vsnprintf(fault + len, INNER_FAULT_SIZE - (size_t)len, format, values);
    va_end(values);
    return false;
}

void inner_claim_fault(const struct inner_claim *claim, char fault[INNER_FAULT_SIZE])
{
    const char *prefix = claim->note ? note_prefix : "";

    switch (claim->about) {
    case INNER_ALIAS:
        snprintf(fault, INNER_FAULT_SIZE, "%salias must be an alias of the sender", prefix);
        break;
    case INNER_WHO:
        snprintf(fault, INNER_FAULT_SIZE, "%scc entry %zu: who and whouid do not belong together",
                 prefix, claim->entry);
        break;
    case INNER_BY:
        snprintf(fault, INNER_FAULT_SIZE, "%scc entry %zu: by must be an alias of the sender",
                 prefix, claim->entry);
        break;
    case INNER_GROUP:
        snprintf(fault, INNER_FAULT_SIZE,
                 "a new thread to a group needs an author to whom all in it are introduced");
        break;
    }
}

/* --- claims -------------------------------------------------------------------------------- */

/* Whether it is known already, or claimed before. */
static bool is_settled(const struct inner_reading *reading, const char *alias, const char *uid)
{
    const struct inner_question *question = reading->question;
    const struct inner_facts *facts = reading->facts;

    if (strcmp(uid, question->self) != 0) {
        return false;
    }
    if (question->alias != NULL && strcmp(alias, question->alias) == 0) {
        return true;
    }
    for (size_t i = 0; i < facts->count && i < 2; i++) { /* the sender's own come first */
        if (strcmp(facts->claims[i].uid, uid) == 0 && strcmp(facts->claims[i].alias, alias) == 0) {
            return true;
        }
    }
    return false;
}

static bool add_claim(struct inner_facts *facts, const struct inner_claim *made)
{
    if (facts->count == facts->room) {
        size_t room = facts->room == 0 ? CLAIMS_FIRST : 2 * facts->room;
        struct inner_claim *claims = realloc(facts->claims, room * sizeof *claims);

        if (claims == NULL) {
            return false;
        }
        facts->claims = claims;
        facts->room = room;
    }
    facts->claims[facts->count++] = *made;
    return true;
}

/* Have it looked up that @a alias is that of @a uid; without the form of one it is not. */
static bool claim(struct inner_reading *reading, const char *alias, const char *uid,
                  enum inner_about about, size_t entry)
{
    struct inner_claim made = {.about = about, .entry = entry, .note = reading->note};
    struct inner_facts *facts = reading->facts;

    if (alias == NULL || uid == NULL || strlen(uid) != TMTP_UID_LEN ||
        identity_name_fault(IDENTITY_NEWALIAS, (struct tmtp_text){alias, strlen(alias)}) != NULL ||
        !base32_is_uid(uid, TMTP_UID_LEN)) {
        inner_claim_fault(&made, facts->fault);
        return false;
    }
    if (about != INNER_GROUP && is_settled(reading, alias, uid)) {
        return true;
    }
    made.alias = strdup(alias);
    memcpy(made.uid, uid, TMTP_UID_LEN);
    if (made.alias == NULL || !add_claim(facts, &made)) {
        free(made.alias);
        reading->no_memory = true;
        return false;
    }
    return true;
}

/* --- cc ------------------------------------------------------------------------------------ */

static bool is_group(const struct tmtp_for *to)
{
    return to->type != TMTP_FOR_UID;
}

/* Whether an entry is that recipient. A group has itself for its uid. */
static bool is_recipient(const struct inner_cc *cc, const struct tmtp_for *to)
{
    return cc->whouid != NULL && tmtp_text_is(to->id, cc->whouid) &&
           is_group(to) == (cc->who != NULL && strcmp(cc->who, cc->whouid) == 0);
}

static bool is_in(const struct inner_cc *cc, const struct tmtp_for_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (is_recipient(cc, &list->items[i])) {
            return true;
        }
    }
    return false;
}

static bool check_entry(struct inner_reading *reading, size_t index)
{
    const struct tmtp_header *header = reading->question->header;
    const char *self = reading->question->self;
    size_t entry = index + 1;
    const char *fault = inner_keys_fault(json_array_get(reading->inner.cc, index), INNER_CC);
    struct inner_cc cc;
    bool group;
    bool author;

    if (fault != NULL || !inner_cc(&reading->inner, index, &cc)) {
        return inner_complain(reading, "cc entry %zu %s", entry, fault);
    }
    if (cc.byuid == NULL || strcmp(cc.byuid, self) != 0) {
        return inner_complain(reading, "cc entry %zu: byuid must be the sender", entry);
    }
    group = cc.who != NULL && cc.whouid != NULL && strcmp(cc.who, cc.whouid) == 0;
    if (!group && !claim(reading, cc.who, cc.whouid, INNER_WHO, entry)) {
        return false;
    }
    author = !group && cc.whouid != NULL && strcmp(cc.whouid, self) == 0;
    if (!author && !is_in(&cc, &header->for_) && !is_in(&cc, &header->notefor)) {
        return inner_complain(reading, "cc entry %zu is neither the author nor a recipient", entry);
    }
    return claim(reading, cc.by, self, INNER_BY, entry);
}

static bool check_cc(struct inner_reading *reading)
{
    size_t count = json_array_size(reading->inner.cc);

    if (count > TMTP_CC_MAX) {
        return inner_complain(reading, "cc must have %d entries at most", TMTP_CC_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        if (!check_entry(reading, i)) {
            return false;
        }
    }
    return true;
}

static bool lists_recipient(const struct inner_reading *reading, const struct tmtp_for *to)
{
    struct inner_cc cc;

    for (size_t i = 0; inner_cc(&reading->inner, i, &cc); i++) {
        if (is_recipient(&cc, to)) {
            return true;
        }
    }
    return false;
}

/* Who gets a thread is in its cc: a client that does not find its user there dies. */
static bool check_recipients(struct inner_reading *reading)
{
    const struct tmtp_for_list *list = &reading->question->header->for_;

    for (size_t i = 0; i < list->count; i++) {
        if (!lists_recipient(reading, &list->items[i])) {
            return inner_complain(reading,
                                  "cc must list every recipient, a group by its name twice");
        }
    }
    return true;
}

/* Who gets a thread by a group does not find their user in cc, so a client must know all that are
 * there: the group and the author. */
static bool check_group(struct inner_reading *reading)
{
    const struct tmtp_for_list *list = &reading->question->header->for_;
    const char *self = reading->question->self;
    const struct tmtp_for *group = NULL;
    size_t others = 0;

    for (size_t i = 0; i < list->count; i++) {
        group = is_group(&list->items[i]) ? &list->items[i] : group;
        others += is_group(&list->items[i]) || !tmtp_text_is(list->items[i].id, self);
    }
    if (group != NULL && others > 1) {
        return inner_complain(reading, "a new thread to a group can have no other recipient");
    }
    return group == NULL || identity_name_fault(IDENTITY_NEWALIAS, group->id) != NULL ||
           claim(reading, group->id.at, self, INNER_GROUP, 0);
}

static bool check_new_thread(struct inner_reading *reading)
{
    struct inner_cc cc;

    if (!inner_cc(&reading->inner, 0, &cc) || cc.whouid == NULL ||
        strcmp(cc.whouid, reading->question->self) != 0) {
        return inner_complain(reading, "cc of a new thread must list the author first");
    }
    return check_recipients(reading) && check_group(reading);
}

/* --- the rest ------------------------------------------------------------------------------ */

/* "", or 16 digits; out: the number, 0 for "". */
static bool read_id(const char *text, int64_t *id)
{
    size_t len = text == NULL ? 0 : strlen(text);

    if (len != 0 && (len != TMTP_MSGID_LEN || strspn(text, "0123456789abcdef") != len)) {
        return false;
    }
    *id = len == 0 ? 0 : (int64_t)strtoull(text, NULL, 16);
    return len == 0 || *id != 0;
}

/* Ids can be foretold, and a client takes a message that names its own id as thread for a new
 * thread, cc and all. */
static bool check_thread(struct inner_reading *reading, bool *fresh)
{
    const char *confirmed = json_string_value(json_get_nocase(reading->inner.json, "confirmid"));
    int64_t next = reading->question->next_id;
    int64_t thread;
    int64_t unused;

    if (!read_id(reading->inner.threadid, &thread)) {
        return inner_complain(reading,
                              "threadid must be empty or the id of a message, 16 hex digits");
    }
    if (!read_id(confirmed, &unused)) {
        return inner_complain(reading, "confirmid must be the id of a message, 16 hex digits");
    }
    if (thread >= next && thread - next < IDS_AHEAD) {
        return inner_complain(reading, "threadid is the id of no message");
    }
    *fresh = thread == 0;
    return true;
}

/* --- a header, and both -------------------------------------------------------------------- */

static bool check_alias(struct inner_reading *reading, bool may_lack)
{
    const char *alias = reading->inner.alias;

    return (may_lack && (alias == NULL || *alias == '\0')) ||
           claim(reading, alias, reading->question->self, INNER_ALIAS, 0);
}

static bool check_head(struct inner_reading *reading, const char *text, size_t len)
{
    bool forwards = reading->question->header->op == TMTP_POST_NOTIFY;
    const char *head = reading->note ? "notehead" : "datahead";
    const char *fault;
    bool fresh = false;

    if (!inner_parse(text, len, &reading->inner)) {
        return inner_complain(reading, "%s must be one JSON object", head);
    }
    fault = inner_keys_fault(reading->inner.json, INNER_HEAD);
    if (fault != NULL) {
        return inner_complain(reading, "%s %s", head, fault);
    }
    if (!check_thread(reading, &fresh) || !check_alias(reading, forwards && !fresh) ||
        !check_cc(reading) || !inner_attach_ok(reading)) {
        return false;
    }
    if (reading->note) {
        return fresh || check_recipients(reading);
    }
    return !fresh || check_new_thread(reading);
}

/* Whether a head can be read: a message is delivered with a header of its own before it. */
static bool check_length(struct inner_reading *reading, int64_t head, size_t len)
{
    const char *name = reading->note ? "notehead" : "datahead";

    if (head > TMTP_INNER_MAX - INNER_HEADER_ROOM) {
        return inner_complain(reading, "header and %s together must be 60 KiB at most", name);
    }
    return (uint64_t)head <= len || inner_complain(reading, "%s must fit the data", name);
}

bool inner_rules(const struct inner_question *question, struct inner_facts *facts)
{
    const struct tmtp_header *header = question->header;
    bool notifies = header->op == TMTP_POST_NOTIFY;
    int64_t before = notifies ? header->notelen : 0;
    struct inner_reading message = {
        .question = question, .facts = facts, .room = header->datalen - before - header->datahead};
    struct inner_reading note = {.question = question,
                                 .facts = facts,
                                 .room = header->notelen - header->notehead,
                                 .note = true};

    *facts = (struct inner_facts){0};
    if (!notifies || (check_length(&note, header->notehead, question->note_len) &&
                      check_head(&note, question->note, (size_t)header->notehead))) {
        (void)(check_length(&message, header->datahead, question->data_len) &&
               check_head(&message, question->data, (size_t)header->datahead));
    }
    inner_free(&note.inner);
    inner_free(&message.inner);
    return !note.no_memory && !message.no_memory;
}
