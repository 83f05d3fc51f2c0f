/* The queue between the HTTP thread and the workers: who is called, and that nobody is forgotten.
 * What its lanes do beside each other is in server_live_test.c. */
#include "tests/unit/check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "directory/http/exchange.h"
#include "directory/http/queue.h"

enum { WORKERS = 5 };

static struct queue *queue;

struct worker {
    pthread_t thread;
    atomic_int tid;
    struct exchange *got;
};

static void *work(void *arg)
{
    struct worker *w = arg;
    enum lane lane;
    bool late;

    w->tid = gettid();
    w->got = queue_pop(queue, &lane, &late);
    return NULL;
}

/* Whether the thread sleeps, which it does in the queue alone (proc(5)). */
static bool sleeps(int tid)
{
    char path[64], line[256] = "";

    snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
    FILE *stat = fopen(path, "r");
    if (stat == NULL)
        return false;
    const char *name = fgets(line, sizeof line, stat) != NULL ? strrchr(line, ')') : NULL;
    fclose(stat);
    return name != NULL && strncmp(name, ") S", 3) == 0;
}

/* Workers that wait, the first of them longest. */
static void begin(struct worker workers[WORKERS])
{
    queue = queue_make(NULL, 100, 1, INT64_C(60) * 1000 * 1000);
    assert_non_null(queue);
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = (struct worker){.tid = 0};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
        while (workers[i].tid == 0 || !sleeps(workers[i].tid))
            nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

static void the_last_to_come_is_called_first(void **state)
{
    struct worker workers[WORKERS];
    struct exchange x = {0};

    (void)state;
    begin(workers);
    assert_true(queue_push(queue, &x, LANE_FAST));
    pthread_join(workers[WORKERS - 1].thread, NULL);
    assert_ptr_equal(workers[WORKERS - 1].got, &x);
    queue_close(queue);
    for (int i = 0; i < WORKERS - 1; i++) {
        pthread_join(workers[i].thread, NULL);
        assert_null(workers[i].got);
    }
    talloc_free(queue);
}

static void each_that_is_pushed_calls_one(void **state)
{
    struct worker workers[WORKERS];
    struct exchange x[WORKERS] = {0};
    bool got[WORKERS] = {0};

    (void)state;
    begin(workers);
    for (int i = 0; i < WORKERS; i++)
        assert_true(queue_push(queue, &x[i], LANE_FAST));
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(workers[i].thread, NULL);
        assert_non_null(workers[i].got);
        got[workers[i].got - x] = true;
    }
    for (int i = 0; i < WORKERS; i++)
        assert_true(got[i]);
    talloc_free(queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_to_come_is_called_first),
        cmocka_unit_test(each_that_is_pushed_calls_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
