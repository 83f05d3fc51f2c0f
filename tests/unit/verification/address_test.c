/* Which addresses agora-fetch may connect to, at both ends of each range. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "directory/fetch/address.h"
#include "directory/fetch/dns.h"

static bool allowed(const char *text, struct address_rules rules)
{
    struct sockaddr_storage a = {0};
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, text, &in.sin_addr) == 1) {
        memcpy(&a, &in, sizeof in);
    } else {
        assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
        memcpy(&a, &in6, sizeof in6);
    }
    return address_allowed((struct sockaddr *)&a, &rules);
}

static const struct address_rules none = {0}, loopback = {.loopback = true},
                                  private = {.private = true};

static void the_public_internet_is_allowed_up_to_each_border(void **state)
{
    static const char *const public[] = {
        "1.0.0.0",         "9.255.255.255",   "11.0.0.0",        "100.63.255.255",
        "100.128.0.0",     "126.255.255.255", "128.0.0.0",       "169.253.255.255",
        "169.255.0.0",     "172.15.255.255",  "172.32.0.0",      "191.255.255.255",
        "192.0.1.0",       "192.0.3.0",       "192.167.255.255", "192.169.0.0",
        "198.17.255.255",  "198.20.0.0",      "198.51.99.255",   "198.51.101.0",
        "203.0.112.255",   "203.0.114.0",     "223.255.255.255", "2001:200::1",
        "2001:4860::8888", "2001:db7:ffff::", "2001:db9::1",     "2003::1",
        "2600::1",         "2620:4f:7fff::1", "3ffe:ffff::1",    "3fff:1000::1"};
    (void)state;
    for (size_t i = 0; i < sizeof public / sizeof public[0]; i++)
        assert_true(allowed(public[i], none));
}

static void leave_for_loopback_is_for_loopback_alone(void **state)
{
    static const char *const still_not[] = {
        "10.0.0.1", "192.168.1.1", "169.254.169.254",  "0.0.0.0",        "::",
        "fe80::1",  "fc00::1",     "::ffff:127.0.0.1", "64:ff9b::7f00:1"};
    (void)state;
    assert_true(allowed("127.0.0.1", loopback) && allowed("127.255.255.255", loopback) &&
                allowed("::1", loopback));
    assert_false(allowed("127.0.0.1", none) || allowed("::1", none) || allowed("::2", loopback));
    for (size_t i = 0; i < sizeof still_not / sizeof still_not[0]; i++)
        assert_false(allowed(still_not[i], loopback));
}

static void leave_for_private_addresses_is_for_those_alone(void **state)
{
    static const char *const then[] = {
        "10.0.0.0",        "10.255.255.255", "172.16.0.0",      "172.31.255.255", "192.168.0.0",
        "192.168.255.255", "100.64.0.0",     "100.127.255.255", "fc00::1",        "fdff:ffff::1"};
    static const char *const still_not[] = {
        "127.0.0.1",       "::1",           "169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1",
        "::ffff:10.0.0.1", "2002:a00:1::1", "255.255.255.255", "fec0::1"};
    (void)state;
    for (size_t i = 0; i < sizeof then / sizeof then[0]; i++) {
        assert_true(allowed(then[i], private));
        assert_false(allowed(then[i], none));
    }
    for (size_t i = 0; i < sizeof still_not / sizeof still_not[0]; i++)
        assert_false(allowed(still_not[i], private));
}

static void other_families_are_never_allowed(void **state)
{
    struct sockaddr_storage a = {.ss_family = AF_UNIX};

    (void)state;
    assert_false(address_allowed((struct sockaddr *)&a, &(struct address_rules){true, true}));
}

static void a_name_is_one_by_letters_and_never_by_numbers(void **state)
{
    (void)state;
    assert_true(dns_is_name("example.org", false) && dns_is_name("a-b.xn--p1ai", false) &&
                dns_is_name("1.example.org", false) && dns_is_name("_dmarc.example.org", true));
    assert_false(dns_is_name("_dmarc.example.org", false) || dns_is_name("org", false) ||
                 dns_is_name("1.2.3.4", false) || dns_is_name("example.0x7f", false) ||
                 dns_is_name("example.org.", false) || dns_is_name("", false) ||
                 dns_is_name("[::1]", false) || dns_is_name("ex\xc3\xa4mple.org", false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_public_internet_is_allowed_up_to_each_border),
        cmocka_unit_test(leave_for_loopback_is_for_loopback_alone),
        cmocka_unit_test(leave_for_private_addresses_is_for_those_alone),
        cmocka_unit_test(other_families_are_never_allowed),
        cmocka_unit_test(a_name_is_one_by_letters_and_never_by_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
