/*
 * The rules of the inner layer without a server: what PostNotify's two headers must be, which
 * claims are handed out, and that every text of a fault is the server's own.
 */
#include "tmtp-link/server/inner_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ALICE "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define BOBBY "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC"
#define CAROL "DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD"
#define ENTRY(who, uid)                                                                            \
    "{\"who\":\"" who "\",\"whouid\":\"" uid "\",\"by\":\"Alice Example\",\"byuid\":\"" ALICE "\"" \
    "}"
#define FORWARDED "{\"threadid\":\"0000000000000001\",\"alias\":\"\",\"subject\":\"\"}"
#define NOTE(cc)  "{\"threadid\":\"0000000000000001\",\"alias\":\"\",\"cc\":[" cc "]}"
#define TO_BOBBY  "\"for\":[{\"id\":\"" BOBBY "\",\"type\":1}]"

static struct inner_facts facts;
static char data[200000];

/* Ask about a request with these further members, note and message; facts are the answer's. */
static const char *ask(int op, const char *more, const char *note, const char *message,
                       const char *alias)
{
    struct tmtp_header header;
    struct inner_question question = {.header = &header,
                                      .data = data,
                                      .note = note,
                                      .note_len = strlen(note),
                                      .self = ALICE,
                                      .alias = alias,
                                      .next_id = 4096};
    char *text = NULL;
    int len = snprintf(data, sizeof data, "%sbody", message);

    assert_in_range(len, 0, sizeof data - 1);
    question.data_len = (size_t)len < 65536 ? (size_t)len : 65536;
    len += (int)strlen(note);
    assert_true(asprintf(&text,
                         "{\"op\":%d,\"id\":\"m\",\"datalen\":%d,\"datahead\":%zu,\"notelen\":%zu,"
                         "\"notehead\":%zu,%s}",
                         op, len, strlen(message), strlen(note), strlen(note), more) > 0);
    assert_true(header_parse(text, strlen(text), &header));
    inner_facts_free(&facts);
    assert_true(inner_is_for_others(&header, ALICE));
    assert_true(inner_rules(&question, &facts));
    header_free(&header);
    free(text);
    return facts.fault;
}

static const char *notify(const char *note, const char *message)
{
    return ask(TMTP_POST_NOTIFY, TO_BOBBY, note, message, "Alice Example");
}

static int forget(void **state)
{
    (void)state;
    inner_facts_free(&facts);
    return 0;
}

static void a_forwarded_thread_names_whom_it_adds(void **state)
{
    (void)state;
    assert_string_equal(notify(NOTE(ENTRY("Bobby Example", BOBBY)), FORWARDED), "");
    assert_int_equal(facts.count, 1); /* Bobby; the sender's alias is known */
    assert_string_equal(facts.claims[0].alias, "Bobby Example");
    assert_string_equal(facts.claims[0].uid, BOBBY);
    assert_true(facts.claims[0].note);
    inner_claim_fault(&facts.claims[0], facts.fault);
    assert_string_equal(facts.fault,
                        "notification: cc entry 1: who and whouid do not belong together");
}

static void a_notification_is_held_against_the_same_rules(void **state)
{
    static const struct {
        const char *note, *fault;
    } rows[] = {
        {"", "notification: notehead must be one JSON object"},
        {"null", "notification: notehead must be one JSON object"},
        {NOTE(""), "notification: cc must list every recipient, a group by its name twice"},
        {NOTE(ENTRY("Carol Example", CAROL)),
         "notification: cc entry 1 is neither the author nor a recipient"},
        {"{\"threadid\":\"../../../../../../\"}",
         "notification: threadid must be empty or the id of a message, 16 hex digits"},
        {"{\"alias\":\"Alice Example\",\"ALIAS\":\"x\"}", "notification: notehead has a key twice"},
        {"{\"alias\":\"x\",\"threadid\":\"0000000000000001\"}",
         "notification: alias must be an alias of the sender"},
        {"{\"threadid\":\"0000000000000001\",\"cc\":[{\"byuid\":\"" CAROL "\"}]}",
         "notification: cc entry 1: byuid must be the sender"},
        {"{\"threadid\":\"0000000000000001\",\"attach\":[{\"name\":\"u:x\",\"size\":1}]}",
         "notification: attach sizes must fit the data"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(notify(rows[i].note, FORWARDED), rows[i].fault);
    }
}

static void the_message_after_a_notification_is_checked_too(void **state)
{
    static const char note[] = NOTE(ENTRY("Bobby Example", BOBBY));

    (void)state;
    assert_string_equal(notify(note, "null"), "datahead must be one JSON object");
    assert_string_equal(notify(note, "{\"threadid\":\"x\"}"),
                        "threadid must be empty or the id of a message, 16 hex digits");
    assert_string_equal(notify(note, "{}"), "alias must be an alias of the sender");
    assert_string_equal(notify(note, "{\"alias\":\"Alice Example\"}"),
                        "cc of a new thread must list the author first");
}

static void who_is_only_notified_may_be_in_cc(void **state)
{
    static const char more[] =
        TO_BOBBY ",\"notefor\":[{\"id\":\"" CAROL "\",\"type\":1}],\"fornotself\":true";
    static const char note[] =
        NOTE(ENTRY("Bobby Example", BOBBY) "," ENTRY("Carol Example", CAROL));

    (void)state;
    assert_string_equal(ask(TMTP_POST_NOTIFY, more, note, FORWARDED, NULL), "");
    assert_int_equal(facts.count, 3); /* Bobby, by Alice, Carol */
    assert_int_equal(facts.claims[1].about, INNER_BY);
    assert_string_equal(facts.claims[2].uid, CAROL);
}

static void each_header_has_60_kib(void **state)
{
    static const char note[] = NOTE(ENTRY("Bobby Example", BOBBY));
    static char padded[TMTP_INNER_MAX + 1];
    const int most = TMTP_INNER_MAX - 256;

    (void)state;
    snprintf(padded, sizeof padded, "%*s", most, note);
    assert_string_equal(notify(padded, FORWARDED), "");
    snprintf(padded, sizeof padded, "%*s", most + 1, note);
    assert_string_equal(notify(padded, FORWARDED),
                        "notification: header and notehead together must be 60 KiB at most");
    snprintf(padded, sizeof padded, "%*s", most, FORWARDED);
    assert_string_equal(notify(note, padded), "");
    snprintf(padded, sizeof padded, "%*s", most + 1, FORWARDED);
    assert_string_equal(notify(note, padded),
                        "header and datahead together must be 60 KiB at most");
}

static void a_known_alias_is_no_claim(void **state)
{
    static const char reply[] = "{\"threadid\":\"0000000000000001\",\"alias\":\"Alice Example\"}";

    (void)state;
    assert_string_equal(ask(TMTP_POST, TO_BOBBY, "", reply, NULL), "");
    assert_int_equal(facts.count, 1);
    assert_int_equal(facts.claims[0].about, INNER_ALIAS);
    assert_string_equal(ask(TMTP_POST, TO_BOBBY, "", reply, "Alice Example"), "");
    assert_int_equal(facts.count, 0);
    assert_string_equal(ask(TMTP_POST, TO_BOBBY, "", reply, "Alice Other"), "");
    assert_int_equal(facts.count, 1);
}

static void an_id_that_may_be_its_own_is_no_thread(void **state)
{
    static const struct {
        const char *id;
        bool good;
    } rows[] = {{"0000000000000fff", true},
                {"0000000000001000", false},
                {"00000fffffffffff", false},
                {"ffffffffffffffff", true}};
    char reply[100];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(reply, sizeof reply, "{\"threadid\":\"%s\",\"alias\":\"Alice Example\"}",
                 rows[i].id);
        assert_string_equal(ask(TMTP_POST, TO_BOBBY, "", reply, NULL),
                            rows[i].good ? "" : "threadid is the id of no message");
    }
}

static void what_is_for_oneself_is_for_nobody_else(void **state)
{
    struct tmtp_for self = {.id = {ALICE, TMTP_UID_LEN}, .type = TMTP_FOR_UID};
    struct tmtp_for group = {.id = {ALICE, TMTP_UID_LEN}, .type = TMTP_FOR_GROUP};
    struct tmtp_header header = {.op = TMTP_POST};

    (void)state;
    assert_false(inner_is_for_others(&header, ALICE));
    header.for_ = (struct tmtp_for_list){.items = &self, .count = 1};
    assert_false(inner_is_for_others(&header, ALICE));
    assert_true(inner_is_for_others(&header, BOBBY));
    header.notefor = (struct tmtp_for_list){.items = &group, .count = 1};
    assert_true(inner_is_for_others(&header, ALICE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_forwarded_thread_names_whom_it_adds),
        cmocka_unit_test(a_notification_is_held_against_the_same_rules),
        cmocka_unit_test(the_message_after_a_notification_is_checked_too),
        cmocka_unit_test(who_is_only_notified_may_be_in_cc),
        cmocka_unit_test(each_header_has_60_kib),
        cmocka_unit_test(a_known_alias_is_no_claim),
        cmocka_unit_test(an_id_that_may_be_its_own_is_no_thread),
        cmocka_unit_test(what_is_for_oneself_is_for_nobody_else),
    };

    return cmocka_run_group_tests(tests, NULL, forget);
}
