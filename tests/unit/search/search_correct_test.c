/* What is proposed for a misspelt word, on a real PostgreSQL (AGORA_TEST_DATABASE): three members
 * called Keller, one Kellor, found by everyone. */
#include "tests/unit/check.h"

#include <jansson.h>
#include <libpq-fe.h>

#include "directory/db/db.h"
#include "directory/domain/search_correct.h"

static const char *const set_up_sql =
    "set client_min_messages = error;"
    "with p as (insert into agora.person (id) select agora.new_id() from generate_series(1, 4)"
    "           returning id),"
    "  n as (select id, row_number() over (order by id) as k from p),"
    "  a as (insert into agora.account (id, person_id, email, handle, given_name, family_name, "
    "state)"
    "        select agora.new_id(), id, format('correct%s@example.org', k), format('correct-%s', "
    "k),"
    "               'C', 'T', 'active' from n)"
    "select 1;"
    "select agora.profile_create(id, case when handle = 'correct-4' then 'Ada Kellor'"
    "                                     else 'Petra Keller' end)"
    "  from agora.account where handle like 'correct-_';"
    "update agora.profile set shown_name_tier = 'public' where account_id in"
    "  (select id from agora.account where handle like 'correct-_');"
    "select agora.search_rebuild();";
static const char *const tear_down_sql =
    "set client_min_messages = error;"
    "delete from agora.account where handle like 'correct-_'; select agora.search_rebuild();";

static struct request *rq;

static int as_owner(const char *sql)
{
    PGconn *owner = PQconnectdb(getenv("AGORA_TEST_DATABASE"));
    PGresult *r = PQexec(owner, sql);
    ExecStatusType s = PQresultStatus(r);

    if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK)
        print_error("%s", PQerrorMessage(owner));
    PQclear(r);
    PQfinish(owner);
    return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK ? 0 : -1;
}

static int set_up(void **state)
{
    (void)state;
    return getenv("AGORA_TEST_DATABASE") != NULL ? as_owner(set_up_sql) : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return as_owner(tear_down_sql);
}

static int begin_work(void **state)
{
    struct config *config;

    (void)state;
    rq = make_request(NULL, NULL);
    config = (struct config *)rq->work.config;
    config->database_connection = getenv("AGORA_TEST_DATABASE");
    return db_open(rq, config, &rq->work.db) == AGORA_OK ? 0 : -1;
}

static int end_work(void **state)
{
    (void)state;
    drop_request(rq);
    return 0;
}

/* A page as search_members() gives it, its number of results; what may have been meant or "". */
static const char *answer(const char *q, const char *limit, long long *total, bool *instead)
{
    const struct search_ask ask = {.q = q, .limit = limit};
    const char *body = NULL, *meant = "";
    int said = 0;

    assert_int_equal(search_members(&rq->work, NULL, &ask, &body), AGORA_OK);
    json_t *page = json_loads(body, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(page);
    *total =
        (long long)json_integer_value(json_object_get(json_object_get(page, "total"), "count"));
    if (json_object_get(page, "corrected") != NULL)
        assert_int_equal(
            json_unpack(page, "{s:{s:s, s:b}}", "corrected", "q", &meant, "instead", &said), 0);
    *instead = said != 0;
    meant = talloc_strdup(rq->work.mem, meant);
    json_decref(page);
    return meant;
}

static void check_page(const char *q, const char *limit, const char *meant, long long found,
                       bool taken_instead)
{
    long long total;
    bool instead;

    assert_string_equal(answer(q, limit, &total, &instead), meant);
    assert_int_equal(total, found);
    assert_int_equal(instead, taken_instead);
}

static void check(const char *q, const char *meant, long long found, bool taken_instead)
{
    check_page(q, NULL, meant, found, taken_instead);
}

static void a_word_that_finds_nobody_is_replaced(void **state)
{
    (void)state;
    check("Kelelr", "Keller", 3, true);
}

static void the_rest_of_what_was_typed_stays_as_it_was(void **state)
{
    (void)state;
    check("  (Kelelr)  -\"Kelelr Ada\"", "  (Keller)  -\"Kelelr Ada\"", 3, true);
    check("Pettra, Kelelr!", "Petra, Keller!", 3, true);
}

static void where_some_are_found_the_better_word_is_only_named(void **state)
{
    (void)state;
    check("Kellor", "Keller", 1, false);
}

static void numbers_alone_are_of_whom_the_page_shows(void **state)
{
    (void)state;
    check_page("Kelelr", "0", "Keller", 3, true);
    check_page("Kellor", "0", "", 1, false);
    check_page("Xyzzyqq", "0", "", 0, false);
}

static void enough_are_never_questioned(void **state)
{
    (void)state;
    check("Keller", "", 3, false);
}

static void what_is_exact_or_excluded_is_not_corrected(void **state)
{
    (void)state;
    check("\"Kelelr\"", "", 0, false);
    check("Petra -Kelelr", "", 3, false);
    check("Kellor -Petrra", "Keller -Petrra", 1, false);
    check("org:Kelelr", "", 0, false);
}

static void what_finds_no_more_is_not_proposed(void **state)
{
    (void)state;
    check("Kelelr Xyzzyqq", "", 0, false);
    check("Xyzzyqq", "", 0, false);
}

static void nothing_typed_and_very_much_typed_are_taken(void **state)
{
    long long total;
    bool instead;

    (void)state;
    assert_string_equal(answer("", NULL, &total, &instead), "");
    assert_true(total >= 4);
    check("Kelelr Kelelr Kelelr Kelelr Kelelr Kelelr Kelelr Kelelr Kelelr", "", 0, false);
}

#define ON_A_DATABASE(test) cmocka_unit_test_setup_teardown(test, begin_work, end_work)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_DATABASE(a_word_that_finds_nobody_is_replaced),
        ON_A_DATABASE(the_rest_of_what_was_typed_stays_as_it_was),
        ON_A_DATABASE(where_some_are_found_the_better_word_is_only_named),
        ON_A_DATABASE(numbers_alone_are_of_whom_the_page_shows),
        ON_A_DATABASE(enough_are_never_questioned),
        ON_A_DATABASE(what_is_exact_or_excluded_is_not_corrected),
        ON_A_DATABASE(what_finds_no_more_is_not_proposed),
        ON_A_DATABASE(nothing_typed_and_very_much_typed_are_taken),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
