/* What each kind of TMTP server can do, and which keys of [tmtp] it needs. */
#include "tests/unit/check.h"

#include <talloc.h>

#include "directory/domain/tmtp_kind.h"

static struct config config_of(const char *kind)
{
    return (struct config){
        .tmtp_kind = kind,
        .tmtp_server = "=localhost:7443",
        .tmtp_admin_url = "",
        .tmtp_admin_token_file = "",
        .tmtp_introducer_credentials = "introducer.json",
        .tmtp_introducer_alias = "Agora introductions",
    };
}

static void refused(const struct config *c, const char *key)
{
    struct error e = {0};

    assert_int_equal(tmtp_check_config(c, &e), AGORA_INVALID_FIELD);
    if (strstr(e.text, key) == NULL)
        fail_msg("\"%s\" does not name %s", e.text, key);
}

static void taken(const struct config *c)
{
    struct error e = {0};

    if (tmtp_check_config(c, &e) != AGORA_OK)
        fail_msg("%s", e.text);
}

static void a_stock_server_can_do_nothing_of_it(void **state)
{
    struct config c = config_of("stock");
    const struct tmtp_capabilities *can = tmtp_capabilities(&c);

    (void)state;
    assert_false(can->can_grant || can->can_end || can->can_suspend || can->lists_contacts);
    assert_true(can->links_by_code);
    assert_string_equal(tmtp_introducer(&c), "Agora introductions");
    assert_true(tmtp_wanted(&c));
}

static void one_with_an_admin_interface_can_do_all(void **state)
{
    struct config c = config_of("admin");
    const struct tmtp_capabilities *can = tmtp_capabilities(&c);

    (void)state;
    assert_true(can->can_grant && can->can_end && can->can_suspend && can->lists_contacts);
    assert_false(can->links_by_code);
    assert_null(tmtp_introducer(&c));
    assert_false(tmtp_wanted(&c)); /* admin_url is empty */
    c.tmtp_admin_url = "unix:/run/a";
    assert_true(tmtp_wanted(&c));
}

static void a_kind_is_one_of_two(void **state)
{
    struct config c = config_of("mnm");

    (void)state;
    refused(&c, "kind");
    assert_false(tmtp_wanted(&c));
}

static void stock_needs_server_and_introducer_and_nothing_of_an_admin_interface(void **state)
{
    struct config c = config_of("stock");

    (void)state;
    taken(&c);
    c.tmtp_server = "";
    refused(&c, "server");
    c = config_of("stock");
    c.tmtp_introducer_credentials = "";
    refused(&c, "introducer_credentials");
    c = config_of("stock");
    c.tmtp_introducer_alias = "Short";
    refused(&c, "introducer_alias");
    c = config_of("stock");
    c.tmtp_admin_url = "unix:/run/a";
    refused(&c, "admin_url");
    c = config_of("stock");
    c.tmtp_admin_token_file = "token";
    refused(&c, "admin_token_file");
}

static void admin_needs_all_that_goes_with_its_address(void **state)
{
    struct config c = config_of("admin");

    (void)state;
    taken(&c); /* no address: no TMTP server */
    c.tmtp_admin_url = "unix:/run/a";
    refused(&c, "admin_token_file");
    c.tmtp_admin_token_file = "token";
    taken(&c);
    c.tmtp_server = "";
    refused(&c, "server");
    c.tmtp_server = "=localhost:7443";
    c.tmtp_introducer_credentials = "";
    refused(&c, "introducer_credentials");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stock_server_can_do_nothing_of_it),
        cmocka_unit_test(one_with_an_admin_interface_can_do_all),
        cmocka_unit_test(a_kind_is_one_of_two),
        cmocka_unit_test(stock_needs_server_and_introducer_and_nothing_of_an_admin_interface),
        cmocka_unit_test(admin_needs_all_that_goes_with_its_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
