/*
 * Connections: what is past its deadline is cut, what is over an address's share too.
 */
#include "tests/unit/check.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "directory/base/clock.h"
#include "directory/http/connections.h"

struct pair {
    int ours, theirs;
    struct connection *connection;
};

static struct connections *all;

static int set_up(void **state)
{
    (void)state;
    all = connections_make(NULL, 2);
    return all == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    talloc_free(all);
    return 0;
}

static struct pair open_pair(const char *peer, bool counted)
{
    int fds[2];
    struct pair p;

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    p = (struct pair){fds[0], fds[1], connection_open(all, peer, fds[0], counted)};
    assert_non_null(p.connection);
    return p;
}

static void close_pair(struct pair *p)
{
    connection_close(all, p->connection);
    close(p->ours);
    close(p->theirs);
}

/* Whether the other end sees the connection end. */
static bool is_cut(const struct pair *p)
{
    struct pollfd fd = {.fd = p->theirs, .events = POLLIN | POLLRDHUP};

    return poll(&fd, 1, 0) == 1 && (fd.revents & POLLRDHUP) != 0;
}

static void what_is_past_its_deadline_is_cut_whatever_comes_meanwhile(void **state)
{
    struct pair late = open_pair("192.0.2.1", true), soon = open_pair("192.0.2.1", true);

    (void)state;
    connection_deadline(all, late.connection, monotonic_us() - 1);
    connection_deadline(all, soon.connection, monotonic_us() + 60 * SECOND_US);
    assert_int_equal(write(late.theirs, "x", 1), 1); /* activity does not help */
    connections_reap(all);
    assert_true(is_cut(&late));
    assert_false(is_cut(&soon));
    close_pair(&late);
    close_pair(&soon);
}

static void a_new_connection_has_ten_seconds_for_its_head(void **state)
{
    struct pair p = open_pair("192.0.2.2", true);

    (void)state;
    connections_reap(all);
    assert_false(is_cut(&p));
    connection_deadline(all, p.connection, INT64_MAX);
    connections_reap(all);
    assert_false(is_cut(&p));
    close_pair(&p);
}

static void over_its_share_an_address_is_cut_and_no_other(void **state)
{
    struct pair one = open_pair("192.0.2.3", true), two = open_pair("192.0.2.3", true);
    struct pair three = open_pair("192.0.2.3", true), other = open_pair("192.0.2.4", true);
    struct pair proxy = open_pair("192.0.2.3", false);

    (void)state;
    assert_false(is_cut(&one));
    assert_false(is_cut(&two));
    assert_true(is_cut(&three));
    assert_false(is_cut(&other));
    assert_false(is_cut(&proxy));
    close_pair(&three);
    close_pair(&proxy);
    close_pair(&one);
    struct pair again = open_pair("192.0.2.3", true);
    assert_false(is_cut(&again));
    close_pair(&again);
    close_pair(&two);
    close_pair(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_past_its_deadline_is_cut_whatever_comes_meanwhile,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_new_connection_has_ten_seconds_for_its_head, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(over_its_share_an_address_is_cut_and_no_other, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
