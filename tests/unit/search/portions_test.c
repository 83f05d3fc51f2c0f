/* A long piece of work by several threads at once, on a real PostgreSQL (AGORA_TEST_DATABASE). */
#include "tests/unit/check.h"

#include <pthread.h>
#include <stdio.h>

#include "directory/db/db.h"
#include "directory/domain/portions.h"

enum { TOTAL = 1003, SIZE = 10, NEVER = TOTAL };

/* What the threads did; each item is one thread's alone. */
struct seen {
    pthread_mutex_t lock;
    unsigned times[TOTAL];
    unsigned portions, largest;
    uint64_t fails; /* the portion with this item fails */
    unsigned told;
    uint64_t last_done, last_total;
    bool backwards;
};

static struct request *rq;

static int begin_work(void **state)
{
    const char *dsn = getenv("AGORA_TEST_DATABASE");

    (void)state;
    rq = make_request(NULL, NULL);
    ((struct config *)rq->work.config)->database_connection = dsn;
    return dsn != NULL ? 0 : -1;
}

static int end_work(void **state)
{
    (void)state;
    drop_request(rq);
    return 0;
}

static enum agora_status note(struct work *w, void *cls, uint64_t from, uint64_t to)
{
    struct seen *seen = cls;
    struct db_result *rows;
    enum agora_status s = DB_RUN0(w, QUERY_SEARCH_REBUILD_TABLES, &rows);

    pthread_mutex_lock(&seen->lock);
    for (uint64_t i = from; i < to; i++)
        seen->times[i]++;
    seen->portions++;
    if (to - from > seen->largest)
        seen->largest = (unsigned)(to - from);
    if (seen->fails >= from && seen->fails < to)
        s = error_set(&w->error, AGORA_INVALID_FIELD, "/some", "This one is wrong.");
    pthread_mutex_unlock(&seen->lock);
    return s;
}

static void tell(void *cls, uint64_t done, uint64_t total)
{
    struct seen *seen = cls;

    seen->backwards = seen->backwards || done < seen->last_done;
    seen->last_done = done;
    seen->last_total = total;
    seen->told++;
}

static enum agora_status work_off(struct seen *seen, uint64_t total, uint64_t size,
                                  unsigned threads)
{
    const struct portions p = {
        .total = total, .size = size, .threads = threads, .cls = seen, .run = note, .tell = tell};

    pthread_mutex_init(&seen->lock, NULL);
    enum agora_status s = portions_run(&rq->work, &p);
    pthread_mutex_destroy(&seen->lock);
    return s;
}

static void every_item_is_done_once(void **state)
{
    struct seen seen = {.fails = NEVER};

    (void)state;
    assert_int_equal(work_off(&seen, TOTAL, SIZE, 4), AGORA_OK);
    for (size_t i = 0; i < TOTAL; i++)
        assert_int_equal(seen.times[i], 1);
    assert_int_equal(seen.portions, (TOTAL + SIZE - 1) / SIZE);
    assert_int_equal(seen.largest, SIZE);
}

static void the_end_is_told_and_nothing_backwards(void **state)
{
    (void)state;
    for (int turn = 0; turn < 20; turn++) { /* so little that it may be over before it is watched */
        struct seen seen = {.fails = NEVER};
        assert_int_equal(work_off(&seen, 3, 1, 2), AGORA_OK);
        assert_true(seen.told > 0 && !seen.backwards);
        assert_int_equal(seen.last_done, 3);
        assert_int_equal(seen.last_total, 3);
    }
}

static void nothing_to_do_is_done(void **state)
{
    struct seen seen = {.fails = NEVER};

    (void)state;
    assert_int_equal(work_off(&seen, 0, SIZE, 2), AGORA_OK);
    assert_int_equal(seen.portions, 0);
    assert_int_equal(seen.last_total, 0);
}

static void the_first_failure_ends_it_and_is_told(void **state)
{
    struct seen seen = {.fails = 55};

    (void)state;
    assert_int_equal(work_off(&seen, TOTAL, SIZE, 1), AGORA_INVALID_FIELD);
    assert_string_equal(rq->work.error.text, "This one is wrong.");
    assert_string_equal(rq->work.error.pointer, "/some");
    assert_int_equal(seen.portions, 6); /* the sixth failed; none was begun behind it */
    assert_int_equal(seen.last_done, 50);
}

static void more_threads_than_there_may_be_are_no_harm(void **state)
{
    struct seen seen = {.fails = NEVER};

    (void)state;
    assert_int_equal(work_off(&seen, TOTAL, 100, 10 * PORTIONS_THREADS_MOST), AGORA_OK);
    assert_int_equal(seen.last_done, TOTAL);
}

static void a_database_that_is_away_is_told(void **state)
{
    struct seen seen = {.fails = NEVER};

    (void)state;
    ((struct config *)rq->work.config)->database_connection = "host=/nonexistent dbname=agora";
    assert_int_equal(work_off(&seen, TOTAL, SIZE, 2), AGORA_UNAVAILABLE);
    assert_int_equal(seen.last_done, 0);
    assert_true(rq->work.error.text[0] != '\0');
}

static void there_is_a_thread_at_least(void **state)
{
    (void)state;
    assert_in_range(portions_threads(), 1, PORTIONS_THREADS_MOST);
}

#define ON_A_DATABASE(test) cmocka_unit_test_setup_teardown(test, begin_work, end_work)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_DATABASE(every_item_is_done_once),
        ON_A_DATABASE(the_end_is_told_and_nothing_backwards),
        ON_A_DATABASE(nothing_to_do_is_done),
        ON_A_DATABASE(the_first_failure_ends_it_and_is_told),
        ON_A_DATABASE(more_threads_than_there_may_be_are_no_harm),
        ON_A_DATABASE(a_database_that_is_away_is_told),
        cmocka_unit_test(there_is_a_thread_at_least),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
