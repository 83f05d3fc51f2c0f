/*
 * The loop: timers fire in order, and nothing is handled that was unwatched in the same turn.
 */
#include "tmtp-link/server/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

enum { TIMERS = 500 };

struct entry {
    struct timer timer;
    int64_t due_us;
};

static struct loop *loop;
static int64_t last_due_us;
static int fired, expected;

static void no_turn(void *user)
{
    (void)user;
}

static void fire(struct timer *timer)
{
    struct entry *entry = CONTAINER(timer, struct entry, timer);

    assert_true(entry->timer.due_us >= last_due_us);
    assert_true(loop_now_us() >= entry->timer.due_us);
    last_due_us = entry->timer.due_us;
    if (++fired == expected) {
        loop_stop(loop);
    }
}

static void timers_fire_once_in_order_whatever_was_set_anew_or_cancelled(void **state)
{
    static struct entry entries[TIMERS];
    unsigned seed = 1;

    (void)state;
    loop = loop_new(no_turn, NULL);
    for (int i = 0; i < TIMERS; i++) {
        entries[i].timer.fire = fire;
        loop_after(loop, &entries[i].timer, rand_r(&seed) % 20000);
    }
    for (int i = 0; i < TIMERS; i += 3) {
        loop_after(loop, &entries[i].timer, rand_r(&seed) % 20000);
    }
    expected = TIMERS;
    for (int i = 1; i < TIMERS; i += 5) {
        loop_cancel(loop, &entries[i].timer);
        loop_cancel(loop, &entries[i].timer);
        expected--;
    }

    loop_run(loop);

    assert_int_equal(fired, expected);
    loop_free(loop);
}

static struct watch watches[2];
static int handled;

/* Whichever comes first unwatches the other. */
static void ready(struct watch *watch, uint32_t events)
{
    assert_true((events & (uint32_t)EPOLLIN) != 0);
    handled++;
    loop_unwatch(loop, &watches[watch == &watches[0]]);
    loop_stop(loop);
}

static void what_is_unwatched_in_a_turn_is_not_handled_in_it(void **state)
{
    (void)state;
    loop = loop_new(no_turn, NULL);
    for (size_t i = 0; i < 2; i++) {
        watches[i] = (struct watch){.fd = eventfd(1, EFD_CLOEXEC), .ready = ready};
        assert_true(loop_watch(loop, &watches[i], EPOLLIN));
    }

    loop_run(loop);

    assert_int_equal(handled, 1);
    for (size_t i = 0; i < 2; i++) {
        loop_unwatch(loop, &watches[i]);
        close(watches[i].fd);
    }
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_fire_once_in_order_whatever_was_set_anew_or_cancelled),
        cmocka_unit_test(what_is_unwatched_in_a_turn_is_not_handled_in_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
