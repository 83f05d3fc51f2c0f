/*
 * The configuration: defaults, units, and that nothing wrong is passed over.
 */
#include "tmtp-link/server/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char least[] = "[server]\nlisten = 127.0.0.1:7443\ntls_cert = c\ntls_key = k\n"
                            "[database]\nconnection = dbname=tmtpd\n";

/* Read a file of the least that is needed and more; NULL, with the complaint kept, when it is
 * refused. */
static char *complaint;

static struct config *read_text(const char *more)
{
    char path[] = "/tmp/tmtpd-config-XXXXXX";
    int fd = mkstemp(path);
    struct config *config;

    assert_true(fd >= 0);
    assert_true(dprintf(fd, "%s%s", least, more) > 0);
    close(fd);
    free(complaint);
    complaint = NULL;
    config = config_read(path, &complaint);
    unlink(path);
    return config;
}

static void what_is_not_said_has_the_protocols_values(void **state)
{
    struct config *config = read_text("");

    (void)state;
    assert_non_null(config);
    assert_false(config->open);
    assert_int_equal(config->check_inner, CONFIG_YES);
    assert_int_equal(config->pings_per_day, 200);
    assert_int_equal(config->limit_loopback, CONFIG_NO);
    assert_int_equal(config->max_message, 32 << 20);
    assert_int_equal(config->login_us, 5000000);
    assert_int_equal(config->pulse_us, 120000000);
    assert_int_equal(config->ack_us, 30000000);
    assert_null(config->admin_listen);
    assert_int_equal(config->provider_count, 0);
    assert_int_equal(config->keys_us, 60000000);
    assert_int_equal(config->refresh_us, INT64_C(86400000000));
    assert_int_equal(config->openid_required, CONFIG_YES);
    assert_int_equal(config->patience_us, 30000000);
    assert_int_equal(config->node_expiry_us, 0);
    assert_int_equal(config->queue_expiry_us, 0);
    config_free(config);
}

static void units_are_read(void **state)
{
    struct config *config =
        read_text("[server]\npolicy = open\nmax_message = 2M\nlogin_timeout = 300ms\n"
                  "pulse_timeout = 2min\nmax_links = 7\nlinks_per_user = 3\n"
                  "pings_per_day = none\nkeys_refresh = 6h\n"
                  "openid_required = no\nnode_expiry = 90d\nqueue_expiry = off\n");

    (void)state;
    assert_non_null(config);
    assert_true(config->open);
    assert_int_equal(config->check_inner, CONFIG_NO); /* with that policy */
    assert_int_equal(config->max_message, 2 << 20);
    assert_int_equal(config->login_us, 300000);
    assert_int_equal(config->pulse_us, 120000000);
    assert_int_equal(config->max_links, 7);
    assert_int_equal(config->links_per_user, 3);
    assert_true(config->pings_per_day == INT64_MAX);
    assert_int_equal(config->refresh_us, INT64_C(6) * 3600 * 1000000);
    assert_int_equal(config->openid_required, CONFIG_NO);
    assert_int_equal(config->node_expiry_us, INT64_C(90) * 86400 * 1000000);
    assert_int_equal(config->queue_expiry_us, 0);
    config_free(config);
}

static void a_provider_has_its_section(void **state)
{
    static const char section[] =
        "[oidc One]\nissuer = i\naudience = a\njwks_url = j\nlogin_url = l\n"
        "login_params = p\ntoken_url = t\ntoken_params = q\n"
        "[oidc Two]\nlabel = Second\nissuer = i2\naudience = a\njwks_url = j\n"
        "login_url = l\nlogin_params = p\ntoken_url = t\ntoken_params = q\n";
    struct config *config = read_text(section);

    (void)state;
    assert_non_null(config);
    assert_int_equal(config->provider_count, 2);
    assert_string_equal(config->providers[0].label, "One");
    assert_string_equal(config->providers[1].label, "Second");
    assert_string_equal(config->providers[1].issuer, "i2");
    config_free(config);
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
    static const char *const wrong[] = {
        "[server]\ncolour = red\n",
        "[servers]\nname = x\n",
        "[server]\npolicy = closed\n",
        "[server]\ncheck_inner = perhaps\n",
        "[server]\nlinks_per_user = 0\n",
        "[server]\npings_per_day = many\n",
        "[server]\nmax_message = 0\n",
        "[server]\nmax_message = -5\n",
        "[server]\nmax_message = 99999999999999999999\n",
        "[server]\nlogin_timeout = 5\n",
        "[server]\nlogin_timeout = 5 s\n",
        "[server]\nname =\n",
        "[server]\nname = a\nname = b\n",
        "[oidc X]\nissuer = a\nissuer = b\n",
        "[oidc X]\ncolour = red\n",
        "no section here without a key\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_null(read_text(wrong[i]));
        assert_non_null(complaint);
        assert_non_null(strchr(complaint, ':'));
    }
}

/* The least that is needed has six lines. */
static void a_complaint_names_line_section_and_key(void **state)
{
    static const struct {
        const char *more, *said;
    } wrong[] = {
        {"\n; a comment\n[server]\nlogin_timeout = 5\n",
         ":10: [server] login_timeout: needs a span"},
        {"[oidc X]\nissuer = a\ncolour = red\n", ":9: [oidc X] colour: there is no such key"},
        {"[server]\nname = a\nname = b\n", ":9: [server] name: is given twice"},
        {"[server]\nopenid_required = true\n", ":8: [server] openid_required: needs yes or no"},
        {"[server]\nnode_expiry = never\n", ":8: [server] node_expiry: needs off"},
        {"[server]\nwhat is this\nname =\n", ":8: neither [section] nor key = value"},
        {"[server]\nname =\nwhat is this\n", ":8: [server] name: needs a text"},
        {"[server]\nname =", ":8: [server] name: needs a text"}, /* no line's end */
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_null(read_text(wrong[i].more));
        assert_non_null(strstr(complaint, wrong[i].said));
    }
}

static void a_line_that_is_too_long_is_not_cut(void **state)
{
    char more[600];

    (void)state;
    snprintf(more, sizeof more, "[server]\nname = %0150d\n", 0);
    config_free(read_text(more));
    assert_null(complaint);
    snprintf(more, sizeof more, "[server]\nname = %0250d\npolicy = open\n", 0);
    assert_null(read_text(more));
    assert_non_null(strstr(complaint, ":8: the line is longer"));
}

static void each_key_has_its_line(void **state)
{
    struct config *config = read_text("[oidc One]\nissuer = i\naudience = a\njwks_url = j\n"
                                      "login_url = l\nlogin_params = p\ntoken_url = t\n"
                                      "token_params = q\n");

    (void)state;
    assert_non_null(config);
    assert_int_equal(config_line(config, "server", "tls_cert"), 3);
    assert_int_equal(config_line(config, "oidc One", "jwks_url"), 10);
    assert_int_equal(config_line(config, "oidc One", "ca_file"), 0);
    config_free(config);
}

static void what_is_needed_is_missed(void **state)
{
    (void)state;
    assert_null(read_text("[oidc X]\nissuer = i\n"));
    assert_non_null(strstr(complaint, "[oidc X] audience: is needed"));
    assert_null(read_text("[admin]\nlisten = unix:/x\n"));
    assert_non_null(strstr(complaint, "token_file"));
    free(complaint);
    complaint = NULL;
    assert_null(config_read("/nowhere/tmtpd.conf", &complaint));
    assert_non_null(strstr(complaint, "No such file"));
    free(complaint);
    complaint = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_said_has_the_protocols_values),
        cmocka_unit_test(units_are_read),
        cmocka_unit_test(a_provider_has_its_section),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(a_complaint_names_line_section_and_key),
        cmocka_unit_test(a_line_that_is_too_long_is_not_cut),
        cmocka_unit_test(each_key_has_its_line),
        cmocka_unit_test(what_is_needed_is_missed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
