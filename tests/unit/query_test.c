/*
 * Queries and form bodies: decoding, and the table of fields on name=value pairs.
 */
#include "tests/unit/check.h"

#include "directory/http/input.h"

static void names_and_values_are_decoded(void **state)
{
    struct request *rq = make_request("q=a+b%2Bc&&t=%C3%A9&t=2&empty=&bare", NULL);
    size_t n;

    (void)state;
    assert_string_equal(request_query(rq, "q"), "a b+c");
    assert_string_equal(request_query(rq, "empty"), "");
    assert_string_equal(request_query(rq, "bare"), "");
    assert_null(request_query(rq, "x"));
    const char *const *all = request_query_all(rq, "t", &n);
    assert_int_equal(n, 2);
    assert_string_equal(all[0], "é");
    assert_string_equal(all[1], "2");
    assert_null(request_query_all(rq, "x", &n));
    drop_request(rq);
}

static void broken(const char *text, size_t len)
{
    void *mem = talloc_new(NULL);
    struct request_pair *pairs;
    size_t n;
    struct error e;

    if (pairs_parse(mem, text, len, &pairs, &n, &e) != AGORA_MALFORMED)
        fail_msg("%s was taken", text);
    talloc_free(mem);
}

static void what_cannot_be_decoded_is_refused(void **state)
{
    char many[400];

    (void)state;
    broken("a=%", 3);
    broken("a=%2", 4);
    broken("a=%g0", 5);
    broken("a=%00", 5);
    broken("a=%ff", 5);
    broken("%ed%a0%80=1", 11);
    broken("a=b\0c", 5);
    memset(many, '&', sizeof many);
    for (size_t i = 0; i < sizeof many; i += 2)
        many[i] = 'a';
    broken(many, sizeof many);
}

static void unknown_and_repeated_parameters_are_refused(void **state)
{
    struct request *rq = make_request("a=1&b=2&b=3", NULL);

    (void)state;
    assert_int_equal(request_query_only(rq, "a", NULL), AGORA_MALFORMED);
    assert_non_null(strstr(rq->work.error.text, "“b” is not known"));
    assert_int_equal(request_query_only(rq, "a", "b", NULL), AGORA_MALFORMED);
    assert_non_null(strstr(rq->work.error.text, "twice"));
    drop_request(rq);
    rq = make_request("a=1", NULL);
    assert_int_equal(request_query_only(rq, "b", "a", NULL), AGORA_OK);
    drop_request(rq);
}

static void a_query_is_checked_against_its_table(void **state)
{
    const char *limit, *topics, *word;
    const struct input_field fields[] = {
        {"limit", INPUT_INT, .min = 1, .max = 100, .out = &limit},
        {"topic", INPUT_TEXT_LIST, .items = 2, .out = &topics},
        {"q", INPUT_TEXT, .max = 10, .out = &word},
    };
    struct request *rq = make_request("topic=a&topic=b&limit=20&q=", NULL);

    (void)state;
    assert_int_equal(INPUT_QUERY(rq, fields), AGORA_OK);
    assert_string_equal(limit, "20");
    assert_string_equal(topics, "[\"a\",\"b\"]");
    assert_null(word);
    drop_request(rq);

    rq = make_request("limit=0", NULL);
    assert_int_equal(INPUT_QUERY(rq, fields), AGORA_INVALID_FIELD);
    assert_string_equal(rq->work.error.pointer, "/limit");
    drop_request(rq);

    rq = make_request("limit=20&offset=5", NULL);
    assert_int_equal(INPUT_QUERY(rq, fields), AGORA_MALFORMED);
    drop_request(rq);

    rq = make_request("limit=20&limit=30", NULL);
    assert_int_equal(INPUT_QUERY(rq, fields), AGORA_MALFORMED);
    drop_request(rq);

    rq = make_request("topic=a&topic=b&topic=c", NULL);
    assert_int_equal(INPUT_QUERY(rq, fields), AGORA_INVALID_FIELD);
    drop_request(rq);
}

static void a_form_is_checked_against_its_table(void **state)
{
    const char *name, *code;
    const struct input_field fields[] = {
        {"name", INPUT_TEXT, .required = true, .out = &name},
        {"code", INPUT_SECRET, .out = &code},
    };
    struct request *rq = make_request(NULL, "name=Ada+L&code=%20x");

    (void)state;
    assert_int_equal(INPUT_FORM_BODY(rq, fields), AGORA_OK);
    assert_string_equal(name, "Ada L");
    assert_string_equal(code, " x");
    drop_request(rq);

    rq = make_request(NULL, "code=1");
    assert_int_equal(INPUT_FORM_BODY(rq, fields), AGORA_INVALID_FIELD);
    assert_string_equal(rq->work.error.pointer, "/name");
    drop_request(rq);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_values_are_decoded),
        cmocka_unit_test(what_cannot_be_decoded_is_refused),
        cmocka_unit_test(unknown_and_repeated_parameters_are_refused),
        cmocka_unit_test(a_query_is_checked_against_its_table),
        cmocka_unit_test(a_form_is_checked_against_its_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
