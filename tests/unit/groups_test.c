/*
 * What a client learns of groups, from messages of the server and from threads to a group.
 */
#include "tests/unit/check.h"

#include "tmtp-link/client/contacts.h"
#include "tmtp-link/client/groups.h"

#define UID_A    "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define UID_B    "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC"
#define UID_C    "DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD"
#define UID_EVIL "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"

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
    group_learn(credentials, &message);
    inner_free(&inner);
    header_free(&message.header);
    return taken;
}

static bool invite(struct credentials *credentials)
{
    return receive(credentials,
                   "{\"op\":\"invite\",\"id\":\"1\",\"gid\":\"Chess Club\",\"alias\":\"Bob "
                   "Example\",\"to\":\"Alice Second\",\"from\":\"" UID_B "\"}",
                   NULL);
}

/* A member message about somebody. */
static void member(struct credentials *credentials, const char *act, const char *alias,
                   const char *from, const char *newalias)
{
    char header[400];

    snprintf(header, sizeof header,
             "{\"op\":\"member\",\"id\":\"2\",\"gid\":\"Chess Club\",\"act\":\"%s\",\"alias\":"
             "\"%s\",\"from\":\"%s\"%s%s%s}",
             act, alias, from, newalias == NULL ? "" : ",\"newalias\":\"",
             newalias == NULL ? "" : newalias, newalias == NULL ? "" : "\"");
    assert_true(receive(credentials, header, NULL));
}

static bool knows(const struct credentials *credentials, const char *alias, const char *uid)
{
    struct inner_person person;

    return contacts_find(credentials, alias, &person) && strcmp(person.uid, uid) == 0;
}

static void an_invitation_teaches_the_group_and_who_invites(void **state)
{
    struct credentials credentials = alice();

    (void)state;
    assert_null(group_alias(&credentials, "Chess Club"));
    assert_true(invite(&credentials));
    assert_string_equal(group_alias(&credentials, "Chess Club"), "Alice Second");
    assert_false(group_joined(&credentials, "Chess Club"));
    assert_true(knows(&credentials, "Bob Example", UID_B));
    credentials_free(&credentials);
}

static void joining_leaving_and_being_dropped_are_followed(void **state)
{
    struct credentials credentials = alice();

    (void)state;
    assert_true(invite(&credentials));
    member(&credentials, "join", "Alice Second", UID_A, NULL);
    assert_true(group_joined(&credentials, "Chess Club"));
    assert_true(invite(&credentials)); /* late, or again: still in it */
    assert_true(group_joined(&credentials, "Chess Club"));
    member(&credentials, "alias", "Alice Second", UID_A, "Alice Third");
    assert_string_equal(group_alias(&credentials, "Chess Club"), "Alice Third");
    member(&credentials, "drop", "Carol Example", UID_B, NULL);
    assert_true(group_joined(&credentials, "Chess Club"));
    member(&credentials, "drop", "Alice Third", UID_A, NULL);
    assert_string_equal(group_alias(&credentials, "Chess Club"), "Alice Third");
    assert_false(group_joined(&credentials, "Chess Club"));
    member(&credentials, "drop", "Alice Third", UID_B, NULL);
    assert_null(group_alias(&credentials, "Chess Club"));
    credentials_free(&credentials);
}

static void a_member_who_joins_becomes_known(void **state)
{
    struct credentials credentials = alice();

    (void)state;
    member(&credentials, "join", "Carol Example", UID_C, NULL);
    assert_true(knows(&credentials, "Carol Example", UID_C));
    member(&credentials, "invite", "Dora Example", UID_C, NULL); /* from: who invites */
    assert_false(knows(&credentials, "Dora Example", UID_C));
    assert_string_equal(contacts_alias(&credentials, UID_C), "Carol Example");
    assert_string_equal(contacts_alias(&credentials, UID_A), "Alice Example");
    assert_string_equal(contacts_alias(&credentials, UID_EVIL), UID_EVIL);
    credentials_free(&credentials);
}

static void another_node_of_ours_that_invites_puts_us_in_the_group(void **state)
{
    struct credentials credentials = alice();

    (void)state;
    assert_true(receive(&credentials,
                        "{\"op\":\"invite\",\"id\":\"1\",\"gid\":\"Chess Club\",\"alias\":\"Alice "
                        "Example\",\"to\":\"Bob Example\",\"from\":\"" UID_A "\"}",
                        NULL));
    assert_true(group_joined(&credentials, "Chess Club"));
    assert_string_equal(group_alias(&credentials, "Chess Club"), "Alice Example");
    credentials_free(&credentials);
}

static void an_invitation_in_the_name_of_another_teaches_nothing(void **state)
{
    struct credentials credentials = alice();

    (void)state;
    assert_true(invite(&credentials));
    assert_false(receive(&credentials,
                         "{\"op\":\"invite\",\"id\":\"1\",\"gid\":\"Chess Club\",\"alias\":\"Bob "
                         "Example\",\"to\":\"Alice Example\",\"from\":\"" UID_EVIL "\"}",
                         NULL));
    assert_true(knows(&credentials, "Bob Example", UID_B));
    credentials_free(&credentials);
}

static char *group_thread(void)
{
    const struct inner_person author = {"Carol Example", UID_C};
    const struct inner_person to[] = {{"Chess Club", "Chess Club"}, {"Bob Example", UID_B}};

    return inner_thread(&author, to, 2, "Friday", "2026-11-24T11:52:00Z", NULL);
}

static void a_reply_to_a_thread_of_a_group_goes_to_the_group(void **state)
{
    struct credentials credentials = alice();
    char *thread = group_thread();
    json_t *to;

    (void)state;
    assert_true(invite(&credentials));
    assert_true(receive(&credentials,
                        "{\"op\":\"delivery\",\"id\":\"0000000000000003\",\"from\":\"" UID_C "\"}",
                        thread));
    assert_string_equal(contacts_group_of_thread(&credentials, "0000000000000003"), "Chess Club");
    to = contacts_of_thread(&credentials, "0000000000000003");
    assert_int_equal(json_array_size(to), 2); /* the author is in the group */
    assert_string_equal(json_string_value(json_array_get(to, 1)), UID_B);
    assert_true(knows(&credentials, "Carol Example", UID_C));
    credentials_free(&credentials);
    free(thread);
}

static void a_thread_of_a_group_of_others_teaches_nothing(void **state)
{
    struct credentials credentials = alice();
    char *thread = group_thread();

    (void)state;
    assert_true(receive(&credentials,
                        "{\"op\":\"delivery\",\"id\":\"0000000000000003\",\"from\":\"" UID_C "\"}",
                        thread));
    assert_null(contacts_of_thread(&credentials, "0000000000000003"));
    assert_false(knows(&credentials, "Carol Example", UID_C));
    credentials_free(&credentials);
    free(thread);
}

static void files_are_named_in_the_inner_header(void **state)
{
    const struct inner_file files[] = {{"u:a.txt", 7}, {"u:b", UINT64_C(1) << 40}};
    char *head = inner_add_files(inner_reply("Alice Example", "0000000000000001"), files, 2);
    struct inner inner;
    struct inner_file file;

    (void)state;
    assert_non_null(head);
    assert_true(inner_parse(head, strlen(head), &inner));
    assert_true(inner_file(&inner, 1, &file));
    assert_string_equal(file.name, "u:b");
    assert_true(file.size == UINT64_C(1) << 40);
    assert_false(inner_file(&inner, 2, &file));
    assert_string_equal(inner.threadid, "0000000000000001");
    inner_free(&inner);
    free(head);
    assert_null(inner_add_files(NULL, files, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_invitation_teaches_the_group_and_who_invites),
        cmocka_unit_test(joining_leaving_and_being_dropped_are_followed),
        cmocka_unit_test(a_member_who_joins_becomes_known),
        cmocka_unit_test(another_node_of_ours_that_invites_puts_us_in_the_group),
        cmocka_unit_test(an_invitation_in_the_name_of_another_teaches_nothing),
        cmocka_unit_test(a_reply_to_a_thread_of_a_group_goes_to_the_group),
        cmocka_unit_test(a_thread_of_a_group_of_others_teaches_nothing),
        cmocka_unit_test(files_are_named_in_the_inner_header),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
