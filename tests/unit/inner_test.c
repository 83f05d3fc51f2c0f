/*
 * Inner headers, and what a client learns from them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tmtp-link/client/contacts.h"
#include "tmtp-link/wire/inner.h"

#define UID_A     "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define UID_B     "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC"
#define UID_INTRO "DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD"
#define UID_EVIL  "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"

static const struct inner_person author = {"Agora introductions", UID_INTRO};
static const struct inner_person members[] = {{"Alice Example", UID_A}, {"Bob Example", UID_B}};

/* Credentials of Alice, nothing learned. */
static struct credentials alice(void)
{
    struct tmtp_error error;
    struct credentials made = {0};

    assert_int_equal(credentials_new("/nonexistent/x", "=h:1", &made, &error), TMTP_OK);
    assert_int_equal(credentials_set(&made, "uid", UID_A, &error), TMTP_OK);
    assert_int_equal(credentials_set(&made, "alias", "Alice Example", &error), TMTP_OK);
    return made;
}

/* Let Alice get a message; whether she took it. */
static bool receive(struct credentials *credentials, const char *header, const char *datahead)
{
    struct tmtp_message message = {0};
    struct inner inner = {0};
    bool taken;

    assert_true(header_parse(header, strlen(header), &message.header));
    if (datahead != NULL) {
        assert_true(inner_parse(datahead, strlen(datahead), &inner));
    }
    taken = contacts_learn(credentials, &message, datahead == NULL ? NULL : &inner);
    inner_free(&inner);
    header_free(&message.header);
    return taken;
}

static bool knows(const struct credentials *credentials, const char *alias, const char *uid)
{
    struct inner_person person;

    return contacts_find(credentials, alias, &person) && strcmp(person.uid, uid) == 0;
}

static void a_thread_lists_all_in_cc_with_the_author_first(void **state)
{
    char *text =
        inner_thread(&author, members, 2, "Hello \"you\"", "2026-11-24T11:52:00Z", "our ref");
    struct inner inner;
    struct inner_cc cc;

    (void)state;
    assert_non_null(text);
    assert_true(inner_parse(text, strlen(text), &inner));
    assert_string_equal(inner.threadid, "");
    assert_string_equal(inner.alias, author.alias);
    assert_string_equal(inner.subject, "Hello \"you\"");
    assert_string_equal(inner.ref, "our ref");
    assert_int_equal(json_array_size(inner.cc), 3);
    assert_int_equal(json_array_size(inner.attach), 0);
    for (size_t i = 0; i < 3; i++) {
        assert_true(inner_cc(&inner, i, &cc));
        assert_string_equal(cc.who, i == 0 ? author.alias : members[i - 1].alias);
        assert_string_equal(cc.whouid, i == 0 ? author.uid : members[i - 1].uid);
        assert_string_equal(cc.by, author.alias);
        assert_string_equal(cc.byuid, author.uid);
        assert_true(cc.subscribe);
    }
    assert_string_equal(json_string_value(json_object_get(json_array_get(inner.cc, 0), "note")),
                        "author");
    assert_false(inner_cc(&inner, 3, &cc));
    inner_free(&inner);
    free(text);
}

static void an_introduction_makes_the_other_a_contact(void **state)
{
    struct credentials credentials = alice();
    char *thread = inner_thread(&author, members, 2, "s", "2026-11-24T11:52:00Z", NULL);

    (void)state;
    assert_true(receive(
        &credentials,
        "{\"op\":\"delivery\",\"id\":\"0000000000000001\",\"from\":\"" UID_INTRO "\"}", thread));
    assert_true(knows(&credentials, "Bob Example", UID_B));
    assert_true(knows(&credentials, author.alias, UID_INTRO));
    assert_int_equal(json_array_size(contacts_of_thread(&credentials, "0000000000000001")), 2);
    credentials_free(&credentials);
    free(thread);
}

static void a_thread_not_for_us_teaches_nothing(void **state)
{
    struct credentials credentials = alice();
    char *thread = inner_thread(&author, &members[1], 1, "s", "2026-11-24T11:52:00Z", NULL);

    (void)state;
    assert_true(receive(
        &credentials,
        "{\"op\":\"delivery\",\"id\":\"0000000000000001\",\"from\":\"" UID_INTRO "\"}", thread));
    assert_false(knows(&credentials, "Bob Example", UID_B));
    credentials_free(&credentials);
    free(thread);
}

static void a_ping_makes_its_sender_a_contact(void **state)
{
    struct credentials credentials = alice();

    (void)state;
    assert_true(receive(
        &credentials,
        "{\"op\":\"ping\",\"id\":\"1\",\"alias\":\"Bob Example\",\"from\":\"" UID_B "\"}", NULL));
    assert_true(knows(&credentials, "Bob Example", UID_B));
    credentials_free(&credentials);
}

static void a_known_name_is_not_given_another_uid(void **state)
{
    const struct inner_person impostor = {"Bob Example", UID_EVIL};
    const struct inner_person self[] = {{"Alice Example", UID_A}};
    const struct inner_person poses_as_us[] = {{"Alice Example", UID_A},
                                               {"Alice Example", UID_EVIL}};
    char *from_impostor = inner_thread(&impostor, self, 1, "s", "2026-11-24T11:52:00Z", NULL);
    char *about_us = inner_thread(&author, poses_as_us, 2, "s", "2026-11-24T11:52:00Z", NULL);
    char *reply = inner_reply("Bob Example", "0000000000000001");
    struct credentials credentials = alice();

    (void)state;
    assert_true(receive(
        &credentials,
        "{\"op\":\"ping\",\"id\":\"1\",\"alias\":\"Bob Example\",\"from\":\"" UID_B "\"}", NULL));
    assert_false(receive(
        &credentials,
        "{\"op\":\"ping\",\"id\":\"2\",\"alias\":\"Bob Example\",\"from\":\"" UID_EVIL "\"}",
        NULL));
    assert_false(receive(&credentials,
                         "{\"op\":\"delivery\",\"id\":\"3\",\"from\":\"" UID_EVIL "\"}",
                         from_impostor));
    assert_false(receive(&credentials,
                         "{\"op\":\"delivery\",\"id\":\"4\",\"from\":\"" UID_EVIL "\"}", reply));
    assert_false(receive(
        &credentials, "{\"op\":\"delivery\",\"id\":\"5\",\"from\":\"" UID_INTRO "\"}", about_us));
    assert_true(knows(&credentials, "Bob Example", UID_B));
    assert_true(
        receive(&credentials, "{\"op\":\"delivery\",\"id\":\"6\",\"from\":\"" UID_B "\"}", reply));
    credentials_free(&credentials);
    free(from_impostor);
    free(about_us);
    free(reply);
}

static void keys_of_the_stock_client_are_read(void **state)
{
    static const char text[] =
        "{\"ThreadId\":\"\",\"Alias\":\"B\",\"Cc\":[{\"Who\":\"x\",\"WhoUid\":\"y\","
        "\"By\":\"z\",\"Subscribe\":true}],\"Subject\":\"s\"}";
    struct inner inner;
    struct inner_cc cc;

    (void)state;
    assert_true(inner_parse(text, strlen(text), &inner));
    assert_string_equal(inner.alias, "B");
    assert_true(inner_cc(&inner, 0, &cc));
    assert_string_equal(cc.whouid, "y");
    assert_null(cc.byuid);
    assert_true(cc.subscribe);
    inner_free(&inner);
}

static void hostile_inner_headers_are_refused_or_empty(void **state)
{
    static const char *const bad[] = {"",
                                      "null",
                                      "[]",
                                      "{",
                                      "{\"alias\":\"\\u0000\"}",
                                      "{\"alias\":\"\xff\"}",
                                      "{\"alias\":\"a\",\"alias\":\"b\"}"};
    static const char odd[] = "{\"cc\":[1,null,{}],\"alias\":7,\"attach\":{}}";
    char deep[200];
    struct inner inner;
    struct inner_cc cc;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(inner_parse(bad[i], strlen(bad[i]), &inner));
        inner_free(&inner);
    }
    memset(deep, '[', sizeof deep);
    assert_false(inner_parse(deep, sizeof deep, &inner));
    inner_free(&inner);
    assert_true(inner_parse(odd, strlen(odd), &inner));
    assert_null(inner.alias);
    assert_null(inner.attach);
    for (size_t i = 0; i < 3; i++) {
        assert_true(inner_cc(&inner, i, &cc));
        assert_null(cc.who);
    }
    inner_free(&inner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_lists_all_in_cc_with_the_author_first),
        cmocka_unit_test(an_introduction_makes_the_other_a_contact),
        cmocka_unit_test(a_thread_not_for_us_teaches_nothing),
        cmocka_unit_test(a_ping_makes_its_sender_a_contact),
        cmocka_unit_test(a_known_name_is_not_given_another_uid),
        cmocka_unit_test(keys_of_the_stock_client_are_read),
        cmocka_unit_test(hostile_inner_headers_are_refused_or_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
