/* The server over time: slow work beside fast, streams of events, stopping. */
#include "tests/unit/http_server.h"

#include <pthread.h>

#include "directory/base/log.h"

#define LAST_CHUNK "0\r\n\r\n"

static void slow_work_leaves_workers_for_the_fast(void **state)
{
    struct answer a;
    int slow[3];

    (void)state;
    for (int i = 0; i < 3; i++) {
        slow[i] = open_client(t.path);
        send_text(slow[i], "GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    }
    sem_wait(&t.entered);
    sem_wait(&t.entered);
    expect("GET /hello", NULL, NULL, 200);
    /* The third waited two seconds for nothing: it is told so, and never ran. */
    for (int i = 0; i < 3; i++) {
        struct pollfd p = {.fd = slow[i], .events = POLLIN};
        if (poll(&p, 1, i < 2 ? 0 : 5000) > 0) {
            read_answer(slow[i], &a, NULL);
            assert_int_equal(a.status, 503);
            assert_true(has_header(&a, "Retry-After: "));
        }
    }
    assert_int_equal(sem_trywait(&t.entered), -1);
    sem_post(&t.released);
    sem_post(&t.released);
    for (int i = 0; i < 3; i++)
        close(slow[i]);
}

static void events_reach_their_account_as_they_come(void **state)
{
    struct answer a;
    int fd = open_client(t.path);
    struct hub *hub = http_hub(t.server);

    (void)state;
    send_text(fd, "GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    read_answer(fd, &a, "meanwhile\":1}\n\n");
    assert_true(has_header(&a, "Content-Type: text/event-stream"));
    assert_true(strstr(a.text, "id: 6\n") < strstr(a.text, "id: 7\n"));
    hub_publish(hub, "0190abcd-0000-7000-8000-000000000001", 7, "case", "{\"other\":1}");
    hub_publish(hub, member_id, 8, "introduction", "{\"id\":1}");
    read_answer(fd, &a, "\n\n");
    assert_null(strstr(a.text, "other"));
    assert_non_null(strstr(a.text, "id: 8\nevent: introduction\ndata: {\"id\":1}\n\n"));
    assert_int_equal(hub_streams(hub), 1);
    hub_end(hub, member_id);
    read_answer(fd, &a, LAST_CHUNK);
    assert_non_null(strstr(a.text, LAST_CHUNK));
    close(fd);
}

static void the_oldest_stream_of_an_account_makes_room(void **state)
{
    enum { ALLOWED = 16 };
    struct answer a;
    int fds[ALLOWED + 1];

    (void)state;
    for (int i = 0; i <= ALLOWED; i++) {
        fds[i] = open_client(t.path);
        send_text(fds[i], "GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
        read_answer(fds[i], &a, "meanwhile\":1}\n\n");
        assert_int_equal(a.status, 200);
    }
    read_answer(fds[0], &a, LAST_CHUNK);
    assert_non_null(strstr(a.text, LAST_CHUNK));
    hub_publish(http_hub(t.server), member_id, 9, "introduction", "{\"id\":1}");
    read_answer(fds[ALLOWED], &a, "\n\n");
    assert_non_null(strstr(a.text, "id: 9\n"));
    hub_end(http_hub(t.server), member_id);
    for (int i = 0; i <= ALLOWED; i++)
        close(fds[i]);
}

static void *stop_server(void *unused)
{
    http_stop(t.server);
    return unused;
}

static void stopping_finishes_what_is_in_hand(void **state)
{
    struct answer a, stream;
    pthread_t stopper;
    int fd = open_client(t.path), events = open_client(t.path);

    (void)state;
    send_text(events, "GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    read_answer(events, &stream, "id: 6\n");
    send_text(fd, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    sem_wait(&t.entered);
    assert_int_equal(pthread_create(&stopper, NULL, stop_server, NULL), 0);
    read_answer(events, &stream, LAST_CHUNK); /* it ends: the server is stopping */
    sem_post(&t.released);
    read_answer(fd, &a, NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "\"done\"");
    assert_true(has_header(&a, "Connection: close"));
    pthread_join(stopper, NULL);
    t.server = NULL;
    close(fd);
    close(events);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(slow_work_leaves_workers_for_the_fast, start, stop),
        cmocka_unit_test_setup_teardown(events_reach_their_account_as_they_come, start, stop),
        cmocka_unit_test_setup_teardown(the_oldest_stream_of_an_account_makes_room, start, stop),
        cmocka_unit_test_setup_teardown(stopping_finishes_what_is_in_hand, start, stop),
    };
    log_level(LOG_CRIT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
