/*
 * The caller of the admin interface against a running tmtpd, which tests/run.py starts:
 * AGORA_TEST_ADMIN names its socket, …_TOKEN its token's file, …_ONE and …_OTHER two users. Without
 * it nothing is tested.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tmtp-link/admin/admin.h"

static struct {
    const char *one, *other; /* users */
    struct admin *admin;
} live;

static int start(void **state)
{
    const struct admin_options options = {.unix_socket = getenv("AGORA_TEST_ADMIN"),
                                          .token_file = getenv("AGORA_TEST_ADMIN_TOKEN")};
    struct tmtp_error error;

    (void)state;
    if (options.unix_socket == NULL) {
        return 0;
    }
    live.one = getenv("AGORA_TEST_ADMIN_ONE");
    live.other = getenv("AGORA_TEST_ADMIN_OTHER");
    return admin_open(&options, &live.admin, &error) == TMTP_OK ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    admin_close(live.admin);
    return 0;
}

static void need_server(void)
{
    if (live.admin == NULL) {
        skip();
    }
}

static json_int_t granted(void)
{
    json_t *page = NULL;
    struct tmtp_error error;
    json_int_t count;

    assert_int_equal(admin_user_contacts(live.admin, live.one, NULL, 100, &page, &error), TMTP_OK);
    count = (json_int_t)json_array_size(json_object_get(page, "contacts"));
    json_decref(page);
    return count;
}

static void changes_are_made_once_for_a_key(void **state)
{
    const struct admin_change grant = {.uids = {live.one, live.other}, .ref = "introduction 1"};
    const struct admin_change end = {.uids = {live.other, live.one}, .ends = true};
    const struct admin_change impossible = {.uids = {live.one, live.one}};
    const struct admin_change changes[] = {impossible, grant, grant};
    enum tmtp_result outcomes[3];
    struct tmtp_error error;

    (void)state;
    need_server();
    for (int i = 0; i < 2; i++) {
        assert_int_equal(admin_contacts_change(live.admin, changes, 3, "live-1", outcomes, &error),
                         TMTP_OK);
        assert_int_equal(outcomes[0], TMTP_REFUSED);
        assert_int_equal(outcomes[1], TMTP_OK);
        assert_int_equal(outcomes[2], TMTP_ALREADY);
        assert_int_equal(granted(), i == 0 ? 1 : 0);
        assert_int_equal(admin_contacts_change(live.admin, &end, 1, NULL, outcomes, &error),
                         TMTP_OK);
        assert_int_equal(outcomes[0], TMTP_OK);
        assert_int_equal(granted(), 0);
    }
    assert_int_equal(admin_contacts_change(live.admin, &grant, 1, "live-1", outcomes, &error),
                     TMTP_REFUSED);
    assert_int_equal(granted(), 0);
}

static void more_than_a_thousand_changes_are_refused(void **state)
{
    static struct admin_change changes[1001];
    static enum tmtp_result outcomes[1001];
    struct tmtp_error error;

    (void)state;
    need_server();
    for (size_t i = 0; i < 1001; i++) {
        changes[i] = (struct admin_change){.uids = {live.one, live.other}, .ends = true};
    }
    assert_int_equal(admin_contacts_change(live.admin, changes, 1001, NULL, outcomes, &error),
                     TMTP_REFUSED);
    assert_int_equal(admin_contacts_change(live.admin, changes, 1000, NULL, outcomes, &error),
                     TMTP_OK);
}

static void a_contact_is_put_found_listed_and_ended(void **state)
{
    json_t *object = NULL;
    struct tmtp_error error;

    (void)state;
    need_server();
    for (int i = 0; i < 2; i++) {
        assert_int_equal(admin_contact_put(live.admin, live.one, live.other, "why",
                                           "2099-01-31T00:00:00Z", live.one, &error),
                         i == 0 ? TMTP_OK : TMTP_ALREADY);
    }
    assert_int_equal(admin_contact_get(live.admin, live.other, live.one, &object, &error), TMTP_OK);
    assert_string_equal(json_string_value(json_object_get(object, "first")), live.one);
    json_decref(object);
    assert_int_equal(granted(), 1);
    assert_int_equal(admin_contact_delete(live.admin, live.one, live.other, &error), TMTP_OK);
    assert_int_equal(admin_contact_get(live.admin, live.one, live.other, &object, &error),
                     TMTP_NONE);
}

static void a_device_is_barred(void **state)
{
    json_t *user = NULL;
    json_t *nodes;
    struct tmtp_error error;

    (void)state;
    need_server();
    assert_int_equal(admin_user(live.admin, live.other, &user, &error), TMTP_OK);
    nodes = json_object_get(user, "nodes");
    assert_int_equal(json_array_size(nodes), 1);
    assert_int_equal(
        admin_node_bar(live.admin, live.other,
                       json_integer_value(json_object_get(json_array_get(nodes, 0), "n")), &error),
        TMTP_OK);
    json_decref(user);
    assert_int_equal(admin_user(live.admin, live.other, &user, &error), TMTP_OK);
    assert_int_equal(json_array_size(json_object_get(user, "nodes")), 0);
    json_decref(user);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_made_once_for_a_key),
        cmocka_unit_test(more_than_a_thousand_changes_are_refused),
        cmocka_unit_test(a_contact_is_put_found_listed_and_ended),
        cmocka_unit_test(a_device_is_barred),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
