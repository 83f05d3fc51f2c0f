/*
 * The database layer on a real PostgreSQL: AGORA_TEST_DATABASE names a migrated database of its
 * owner that may be spoilt (tests/run.py makes one). agora.migration, which QUERY_MIGRATION_LIST
 * reads, becomes a view that does what a test wants: fail, wait, lose the connection.
 */
#include "tests/unit/check.h"

#include <stdio.h>
#include <unistd.h>

#include "directory/base/log.h"
#include "directory/db/connection.h"
#include "directory/db/listen.h"
#include "directory/db/migrate.h"
#include "directory/domain/idempotency.h"

static const char *const set_up_sql =
    "set client_min_messages = error;"
    "alter table agora.migration rename to migration_kept;"
    "create sequence agora.test_turn;"
    "create table agora.test_act (times integer not null, act text not null);"
    "create table agora.test_written (n integer);"
    "create function agora.test_misbehave() returns setof agora.migration_kept"
    "  language plpgsql volatile as $$"
    "declare a agora.test_act;"
    "begin"
    "  select * into a from agora.test_act;"
    "  if found and nextval('agora.test_turn') <= a.times then execute a.act; end if;"
    "  return query select * from agora.migration_kept;"
    "end $$;"
    "create view agora.migration as select * from agora.test_misbehave();"
    "create function agora.test_die() returns trigger language plpgsql as $$"
    "begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;"
    "create constraint trigger die after insert on agora.test_written"
    "  deferrable initially deferred for each row execute function agora.test_die();"
    "insert into agora.person (id) values ('00000000-0000-7000-8000-000000000001');"
    "insert into agora.account (id, person_id, email, handle, given_name, family_name)"
    "  values ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001',"
    "          'db.test@example.org', 'db-test', 'D', 'T');";
static const char *const tear_down_sql =
    "set client_min_messages = error;"
    "drop function agora.test_misbehave; drop table agora.test_act, agora.test_written;"
    "drop function agora.test_die; drop sequence agora.test_turn;"
    "delete from agora.idempotency; delete from agora.account where handle = 'db-test';";

static const char *const die =
    "do $x$ begin perform pg_terminate_backend(pg_backend_pid()); end $x$";
static const char *const account = "00000000-0000-7000-8000-000000000002";
static char hash_a[65], hash_b[65];

static const char *dsn;
static PGconn *owner;
static struct config config;
static struct work w;

static void as_owner(const char *sql)
{
    PGresult *r = PQexec(owner, sql);
    ExecStatusType s = PQresultStatus(r);

    PQclear(r);
    if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(owner));
}

/* The next @a times runs of QUERY_MIGRATION_LIST do @a act first. */
static void misbehave(int times, const char *act)
{
    char text[12];

    snprintf(text, sizeof text, "%d", times);
    as_owner("truncate agora.test_act; alter sequence agora.test_turn restart");
    PGresult *r = PQexecParams(owner, "insert into agora.test_act values ($1, $2)", 2, NULL,
                               (const char *const[]){text, act}, NULL, NULL, 0);
    assert_int_equal(PQresultStatus(r), PGRES_COMMAND_OK);
    PQclear(r);
}

static enum agora_status run(bool reading)
{
    w.reading = reading;
    return DB_RUN0(&w, QUERY_MIGRATION_LIST, NULL);
}

static int begin_work(void **state)
{
    struct db *db = NULL;

    (void)state;
    as_owner("truncate agora.test_act");
    if (work_begin(&w, NULL, NULL, &config) != AGORA_OK || db_open(w.mem, &config, &db) != AGORA_OK)
        return -1;
    w.db = db;
    return 0;
}

static int end_work(void **state)
{
    (void)state;
    work_end(&w);
    return 0;
}

static void rows_are_read_by_row_and_column(void **state)
{
    struct db_result *rows = NULL;

    (void)state;
    assert_int_equal(DB_RUN0(&w, QUERY_MIGRATION_LIST, &rows), AGORA_OK);
    assert_int_equal(db_rows(rows), directory_migrations_count);
    assert_string_equal(db_text(rows, 0, 0), directory_migrations[0].name);
    assert_int_equal(strlen(db_text(rows, 0, 1)), 64);
}

static void every_statement_is_right(void **state)
{
    (void)state;
    if (db_check_statements(&w) != AGORA_OK)
        fail_msg("%s", w.error.detail);
}

static void errors_for_people_keep_their_words_and_pointer(void **state)
{
    (void)state;
    misbehave(1, "select agora.fail('AG004', '/why', 'Write less.')");
    assert_int_equal(run(false), AGORA_INVALID_FIELD);
    assert_string_equal(w.error.text, "Write less.");
    assert_string_equal(w.error.pointer, "/why");
    misbehave(1, "select 1/0");
    assert_int_equal(run(false), AGORA_INTERNAL);
    assert_null(strstr(w.error.text, "zero"));
    assert_non_null(strstr(w.error.detail, "zero"));
}

static void transactions_that_collide_are_tried_again(void **state)
{
    const char *collide = "do $x$ begin raise exception using errcode = '40001'; end $x$";

    (void)state;
    misbehave(4, collide);
    assert_int_equal(run(false), AGORA_OK);
    misbehave(5, collide);
    assert_int_equal(run(false), AGORA_UNAVAILABLE);
}

static void inside_a_transaction_nothing_is_tried_again(void **state)
{
    (void)state;
    misbehave(1, "do $x$ begin raise exception using errcode = '40001'; end $x$");
    assert_int_equal(db_begin(&w), AGORA_OK);
    assert_int_equal(run(true), AGORA_UNAVAILABLE);
    db_rollback(&w);
    assert_false(db_in_transaction(&w));
}

static void a_statement_that_takes_too_long_is_given_up(void **state)
{
    (void)state;
    misbehave(1, "select pg_sleep(5)");
    assert_int_equal(run(true), AGORA_UNAVAILABLE);
    assert_int_equal(run(true), AGORA_OK);
}

static void a_lost_answer_is_uncertain_for_writes_and_repeated_for_reads(void **state)
{
    (void)state;
    misbehave(1, die);
    assert_int_equal(run(true), AGORA_OK);
    misbehave(1, die);
    assert_int_equal(run(false), AGORA_UNCERTAIN);
    assert_int_equal(run(false), AGORA_OK);
    misbehave(9, die);
    assert_int_equal(run(true), AGORA_UNAVAILABLE);
}

static void a_connection_that_died_while_idle_is_replaced_unseen(void **state)
{
    (void)state;
    assert_int_equal(run(false), AGORA_OK);
    as_owner("do $x$ begin perform pg_terminate_backend(pid, 5000) from pg_stat_activity"
             " where application_name = 'agora'; end $x$");
    assert_int_equal(run(false), AGORA_OK);
}

static void a_changed_result_type_is_prepared_again(void **state)
{
    (void)state;
    assert_int_equal(run(false), AGORA_OK);
    as_owner("drop view agora.migration;"
             "create view agora.migration as"
             "  select name::varchar as name, sha256, applied_at from agora.test_misbehave()");
    assert_int_equal(run(false), AGORA_OK);
}

static void a_lost_answer_to_commit_is_uncertain(void **state)
{
    (void)state;
    misbehave(1, "insert into agora.test_written values (1)");
    assert_int_equal(db_begin(&w), AGORA_OK);
    assert_int_equal(run(false), AGORA_OK);
    assert_int_equal(db_commit(&w), AGORA_UNCERTAIN);
    assert_false(db_in_transaction(&w));
    assert_int_equal(run(false), AGORA_OK);
}

static void a_connection_lost_in_a_transaction_undoes_it(void **state)
{
    (void)state;
    misbehave(1, die);
    assert_int_equal(db_begin(&w), AGORA_OK);
    assert_int_equal(run(false), AGORA_UNAVAILABLE);
    assert_int_equal(run(false), AGORA_UNAVAILABLE);
    db_rollback(&w);
    assert_int_equal(run(false), AGORA_OK);
}

static enum agora_status claim(struct work *by, const char *key, const char *hash, unsigned *status,
                               const char **answer)
{
    const char *etag;

    *status = 0;
    return idempotency_begin(by, account, "POST /x", key, hash, status, answer, &etag);
}

static void a_key_gives_the_first_answer_again(void **state)
{
    unsigned status;
    const char *answer = NULL;

    (void)state;
    assert_int_equal(claim(&w, "k", hash_a, &status, &answer), AGORA_OK);
    assert_int_equal(status, 0);
    assert_int_equal(idempotency_finish(&w, account, "POST /x", "k", 201, "{\"n\":1}", "7"),
                     AGORA_OK);
    assert_int_equal(claim(&w, "k", hash_a, &status, &answer), AGORA_OK);
    assert_int_equal(status, 201);
    assert_string_equal(answer, "{\"n\":1}");
    assert_false(db_in_transaction(&w));
    assert_int_equal(claim(&w, "k", hash_b, &status, &answer), AGORA_KEY_REUSED);
    assert_false(db_in_transaction(&w));
}

static void a_key_that_was_given_up_is_free_again(void **state)
{
    unsigned status;
    const char *answer = NULL;

    (void)state;
    assert_int_equal(claim(&w, "free", hash_a, &status, &answer), AGORA_OK);
    idempotency_abandon(&w);
    assert_int_equal(claim(&w, "free", hash_b, &status, &answer), AGORA_OK);
    assert_int_equal(status, 0);
    idempotency_abandon(&w);
}

static void a_key_in_use_is_not_waited_for(void **state)
{
    struct work other;
    struct db *db = NULL;
    unsigned status;
    const char *answer = NULL;

    (void)state;
    assert_int_equal(work_begin(&other, NULL, NULL, &config), AGORA_OK);
    assert_int_equal(db_open(other.mem, &config, &db), AGORA_OK);
    other.db = db;
    assert_int_equal(claim(&w, "busy", hash_a, &status, &answer), AGORA_OK);
    assert_int_equal(claim(&other, "busy", hash_a, &status, &answer), AGORA_IN_PROGRESS);
    idempotency_abandon(&w);
    assert_int_equal(claim(&other, "busy", hash_a, &status, &answer), AGORA_OK);
    idempotency_abandon(&other);
    work_end(&other);
}

static void a_listener_hears_and_tells_when_it_was_away(void **state)
{
    static struct db_notice n;
    const int nobody[] = {-1, -1};

    (void)state;
    assert_int_equal(db_listen(&w, "test_channel"), AGORA_OK);
    assert_int_equal(db_wait(&w, 0, nobody, &n), DB_TIMEOUT);
    as_owner("notify test_channel, 'hello'");
    assert_int_equal(db_wait(&w, 5000, nobody, &n), DB_NOTIFIED);
    assert_string_equal(n.channel, "test_channel");
    assert_string_equal(n.payload, "hello");
    as_owner("do $x$ begin perform pg_terminate_backend(pid, 5000) from pg_stat_activity"
             " where application_name = 'agora'; end $x$");
    assert_int_equal(db_wait(&w, 5000, nobody, &n), DB_RECONNECTED);
    as_owner("notify test_channel, 'again'");
    assert_int_equal(db_wait(&w, 5000, nobody, &n), DB_NOTIFIED);
    assert_string_equal(n.payload, "again");
}

static void a_listener_can_be_woken(void **state)
{
    static struct db_notice n;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(db_listen(&w, "test_channel"), AGORA_OK);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_int_equal(db_wait(&w, 5000, (const int[]){-1, ends[0]}, &n), DB_WOKEN);
    close(ends[0]);
    close(ends[1]);
}

static void a_database_of_another_age_is_refused(void **state)
{
    FILE *nowhere = fopen("/dev/null", "w");
    struct error e;

    (void)state;
    /* Last of all: the table is itself again. */
    as_owner("drop view agora.migration;"
             "alter table agora.migration_kept rename to migration");
    assert_int_equal(migrate_check(&w), AGORA_OK);
    as_owner("insert into agora.migration values ('9999_future', repeat('0', 64))");
    assert_int_equal(migrate_check(&w), AGORA_CONFLICT);
    assert_non_null(strstr(w.error.text, "newer"));
    assert_int_equal(migrate(dsn, nowhere, &e), AGORA_CONFLICT);
    assert_non_null(strstr(e.text, "9999_future"));
    as_owner("delete from agora.migration where name = '9999_future';"
             "create temporary table kept as select * from agora.migration;"
             "update agora.migration set sha256 = repeat('0', 64) where name = '0001_base'");
    assert_int_equal(migrate_check(&w), AGORA_CONFLICT);
    assert_non_null(strstr(w.error.text, "0001_base has changed"));
    as_owner("delete from agora.migration where name = '0001_base'");
    assert_int_equal(migrate_check(&w), AGORA_CONFLICT);
    assert_non_null(strstr(w.error.text, "older"));
    as_owner("insert into agora.migration select * from kept where name = '0001_base'");
    assert_int_equal(migrate_check(&w), AGORA_OK);
    fclose(nowhere);
}

#define DATABASE_TEST(name) cmocka_unit_test_setup_teardown(name, begin_work, end_work)

static int run_all(void)
{
    const struct CMUnitTest tests[] = {
        DATABASE_TEST(rows_are_read_by_row_and_column),
        DATABASE_TEST(every_statement_is_right),
        DATABASE_TEST(errors_for_people_keep_their_words_and_pointer),
        DATABASE_TEST(transactions_that_collide_are_tried_again),
        DATABASE_TEST(inside_a_transaction_nothing_is_tried_again),
        DATABASE_TEST(a_statement_that_takes_too_long_is_given_up),
        DATABASE_TEST(a_lost_answer_is_uncertain_for_writes_and_repeated_for_reads),
        DATABASE_TEST(a_connection_that_died_while_idle_is_replaced_unseen),
        DATABASE_TEST(a_changed_result_type_is_prepared_again),
        DATABASE_TEST(a_lost_answer_to_commit_is_uncertain),
        DATABASE_TEST(a_connection_lost_in_a_transaction_undoes_it),
        DATABASE_TEST(a_key_gives_the_first_answer_again),
        DATABASE_TEST(a_key_that_was_given_up_is_free_again),
        DATABASE_TEST(a_key_in_use_is_not_waited_for),
        DATABASE_TEST(a_listener_hears_and_tells_when_it_was_away),
        DATABASE_TEST(a_listener_can_be_woken),
        DATABASE_TEST(a_database_of_another_age_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    dsn = getenv("AGORA_TEST_DATABASE");
    if (dsn == NULL) {
        puts("AGORA_TEST_DATABASE is not set: nothing tested");
        return EXIT_FAILURE;
    }
    memset(hash_a, 'a', 64);
    memset(hash_b, 'b', 64);
    config.database_connection = dsn;
    config.database_statement_timeout = 300;
    log_level(LOG_CRIT);
    owner = PQconnectdb(dsn);
    as_owner(set_up_sql);
    int failed = run_all();
    as_owner(tear_down_sql);
    PQfinish(owner);
    return failed;
}
