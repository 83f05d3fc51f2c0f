/*
 * JSON bodies against a table of fields: what is taken, in which form, and what is refused with
 * which pointer.
 */
#include "tests/unit/check.h"

#include "directory/http/input.h"

static const char *value;

/* Check {"f": JSON} against one field; the status, and the text in `value`. */
static enum agora_status check_as(struct input_field field, const char *json, struct error *e)
{
    static char kept[400];
    char body[400];

    field.name = "f";
    field.out = &value;
    value = NULL;
    snprintf(body, sizeof body, "{\"f\":%s}", json);
    struct request *rq = make_request(NULL, body);
    enum agora_status s = input_json(rq, &field, 1);
    *e = rq->work.error;
    if (value != NULL) {
        snprintf(kept, sizeof kept, "%s", value);
        value = kept;
    }
    drop_request(rq);
    return s;
}

static void taken(struct input_field field, const char *json, const char *expected)
{
    struct error e;

    if (check_as(field, json, &e) != AGORA_OK)
        fail_msg("%s: %s", json, e.text);
    assert_string_equal(value, expected);
}

static void refused(struct input_field field, const char *json, const char *words)
{
    struct error e;

    if (check_as(field, json, &e) != AGORA_INVALID_FIELD)
        fail_msg("%s was taken as %s", json, value);
    assert_string_equal(e.pointer, "/f");
    if (strstr(e.text, words) == NULL)
        fail_msg("%s: \"%s\" has not \"%s\"", json, e.text, words);
}

static void texts_are_one_line_trimmed_and_counted_in_characters(void **state)
{
    struct input_field f = {.type = INPUT_TEXT, .min = 2, .max = 5};

    (void)state;
    taken(f, "\"  ab \"", "ab");
    taken(f, "\"äöüßé\"", "äöüßé");
    refused(f, "\"äöüßéx\"", "at most 5");
    refused(f, "\" a \"", "at least 2");
    refused(f, "\"a\\nb\"", "one line");
    refused(f, "\"a\\u0007b\"", "control");
    refused(f, "\"ab\\u202e\"", "control");
    refused(f, "7", "text");
    refused((struct input_field){.type = INPUT_TEXT, .required = true}, "\"  \"", "something");
}

static void lines_keep_their_ends_as_line_feeds(void **state)
{
    struct input_field f = {.type = INPUT_MULTILINE, .max = 20};

    (void)state;
    taken(f, "\"a\\r\\nb\\rc\\n\\td\\n\"", "a\nb\nc\n\td");
}

static void addresses_are_lower_case_and_have_one_at(void **state)
{
    struct input_field f = {.type = INPUT_EMAIL};

    (void)state;
    taken(f, "\" Ada@Example.ORG \"", "ada@example.org");
    refused(f, "\"ada\"", "e-mail");
    refused(f, "\"a@b@c.org\"", "e-mail");
    refused(f, "\"@b.org\"", "e-mail");
    refused(f, "\"a@.org\"", "e-mail");
    refused(f, "\"a b@c.org\"", "e-mail");
    refused(f, "\"a@b.org, c@d.org\"", "e-mail");
}

static void numbers_keep_to_their_bounds(void **state)
{
    struct input_field f = {.type = INPUT_INT, .min = 1, .max = 100};

    (void)state;
    taken(f, "100", "100");
    refused(f, "101", "from 1 to 100");
    refused(f, "0", "from 1 to 100");
    refused(f, "1.5", "whole");
    refused(f, "\"5\"", "whole");
    taken((struct input_field){.type = INPUT_INT}, "-7", "-7");
}

static void dates_must_exist(void **state)
{
    struct input_field f = {.type = INPUT_DATE};

    (void)state;
    taken(f, "\"2024-02-29\"", "2024-02-29");
    refused(f, "\"2023-02-29\"", "date");
    refused(f, "\"1900-02-29\"", "date");
    refused(f, "\"2026-13-01\"", "date");
    refused(f, "\"2026-00-01\"", "date");
    refused(f, "\"2026-04-31\"", "date");
    refused(f, "\"2026-4-01 \"", "date");
    refused(f, "\"20260401\"", "date");
}

static void codes_and_ids_take_their_one_form(void **state)
{
    (void)state;
    taken((struct input_field){.type = INPUT_COUNTRY}, "\"pt\"", "PT");
    refused((struct input_field){.type = INPUT_COUNTRY}, "\"prt\"", "country");
    taken((struct input_field){.type = INPUT_LANG}, "\"pt-BR\"", "pt-BR");
    taken((struct input_field){.type = INPUT_LANG}, "\"zh-Hant-TW\"", "zh-Hant-TW");
    refused((struct input_field){.type = INPUT_LANG}, "\"english\"", "language");
    refused((struct input_field){.type = INPUT_LANG}, "\"e\"", "language");
    refused((struct input_field){.type = INPUT_LANG}, "\"en-\"", "language");
    refused((struct input_field){.type = INPUT_LANG}, "\"e1\"", "language");
    taken((struct input_field){.type = INPUT_UUID}, "\"0190ABCD-0000-7000-8000-00000000000F\"",
          "0190abcd-0000-7000-8000-00000000000f");
    refused((struct input_field){.type = INPUT_UUID}, "\"0190abcd00007000800000000000000f\"", "id");
    taken((struct input_field){.type = INPUT_BOOL}, "true", "true");
    refused((struct input_field){.type = INPUT_BOOL}, "\"true\"", "true or false");
    taken((struct input_field){.type = INPUT_URL}, "\"https://a.org/x?y\"", "https://a.org/x?y");
    refused((struct input_field){.type = INPUT_URL}, "\"javascript:alert(1)\"", "https");
    refused((struct input_field){.type = INPUT_URL}, "\"https:///x\"", "https");
}

static void a_choice_is_one_whole_word_of_the_list(void **state)
{
    struct input_field f = {.type = INPUT_CHOICE, .choices = "ask asking offer"};

    (void)state;
    taken(f, "\"ask\"", "ask");
    taken(f, "\"asking\"", "asking");
    taken(f, "\"offer\"", "offer");
    refused(f, "\"off\"", "Choose");
    refused(f, "\"sking\"", "Choose");
    refused(f, "\"ask asking\"", "Choose");
    refused(f, "\"\"", "Choose");
}

static void lists_are_checked_item_by_item(void **state)
{
    struct input_field f = {.type = INPUT_TEXT_LIST, .max = 3, .items = 2};
    struct error e;

    (void)state;
    taken(f, "[\" a\", \"b\\\"\"]", "[\"a\",\"b\\\"\"]");
    taken(f, "[]", "[]");
    refused(f, "[\"a\",\"b\",\"c\"]", "at most 2");
    refused(f, "\"a\"", "list");
    assert_int_equal(check_as(f, "[\"a\",\"long\"]", &e), AGORA_INVALID_FIELD);
    assert_string_equal(e.pointer, "/f/1");
    assert_int_equal(check_as(f, "[\"a\",3]", &e), AGORA_INVALID_FIELD);
    assert_string_equal(e.pointer, "/f/1");
}

static void whole_body(const char *body, enum agora_status expected, const char *pointer)
{
    const char *a, *b;
    bool b_given = false;
    const struct input_field fields[] = {
        {"a", INPUT_TEXT, .required = true, .out = &a},
        {"b", INPUT_TEXT, .nullable = true, .out = &b, .given = &b_given},
        {"j", INPUT_JSON, .out = NULL},
    };
    struct request *rq = make_request(NULL, body);

    if (INPUT_JSON_BODY(rq, fields) != expected)
        fail_msg("%.60s: %s", body, rq->work.error.text);
    if (expected != AGORA_OK)
        assert_string_equal(rq->work.error.pointer, pointer);
    drop_request(rq);
}

static void bodies_hold_what_the_table_says_and_nothing_else(void **state)
{
    (void)state;
    whole_body("{\"a\":\"x\"}", AGORA_OK, "");
    whole_body("{\"a\":\"x\",\"b\":null}", AGORA_OK, "");
    whole_body("{\"b\":\"x\"}", AGORA_INVALID_FIELD, "/a");
    whole_body("{\"a\":null}", AGORA_INVALID_FIELD, "/a");
    whole_body("{\"a\":\"x\",\"j\":null}", AGORA_INVALID_FIELD, "/j");
    whole_body("{\"a\":\"x\",\"admin\":true}", AGORA_INVALID_FIELD, "/admin");
    whole_body("{\"a\":\"x\",\"x/y~\":true}", AGORA_INVALID_FIELD, "/x~1y~0");
}

static void what_is_not_json_is_malformed(void **state)
{
    char deep[200] = "{\"a\":\"x\",\"j\":";

    (void)state;
    whole_body("", AGORA_MALFORMED, "");
    whole_body("[]", AGORA_MALFORMED, "");
    whole_body("{\"a\":\"x\"", AGORA_MALFORMED, "");
    whole_body("{\"a\":\"x\"}x", AGORA_MALFORMED, "");
    whole_body("{\"a\":\"x\",\"a\":\"y\"}", AGORA_MALFORMED, "");
    whole_body("{\"a\":\"\xff\"}", AGORA_MALFORMED, "");
    whole_body("{\"a\":\"x\\u0000\"}", AGORA_MALFORMED, "");
    memset(deep + strlen(deep), '[', 40);
    whole_body(deep, AGORA_MALFORMED, "");
}

static void brackets_in_texts_are_not_depth(void **state)
{
    (void)state;
    whole_body("{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[\"}", AGORA_OK, "");
}

static void merge_patch_tells_absent_from_null(void **state)
{
    const char *a = "untouched", *object = NULL;
    bool given = true;
    const struct input_field fields[] = {
        {"a", INPUT_TEXT, .nullable = true, .out = &a, .given = &given},
        {"b", INPUT_TEXT, .out = NULL},
    };
    struct request *rq = make_request(NULL, "{ \"b\" : \"x\" }");

    (void)state;
    assert_int_equal(input_json_whole(rq, fields, 2, &object), AGORA_OK);
    assert_null(a);
    assert_false(given);
    assert_string_equal(object, "{\"b\":\"x\"}");
    rq->body = "{\"a\":null}";
    rq->body_len = strlen(rq->body);
    assert_int_equal(input_json_whole(rq, fields, 2, &object), AGORA_OK);
    assert_null(a);
    assert_true(given);
    drop_request(rq);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_one_line_trimmed_and_counted_in_characters),
        cmocka_unit_test(lines_keep_their_ends_as_line_feeds),
        cmocka_unit_test(addresses_are_lower_case_and_have_one_at),
        cmocka_unit_test(numbers_keep_to_their_bounds),
        cmocka_unit_test(dates_must_exist),
        cmocka_unit_test(codes_and_ids_take_their_one_form),
        cmocka_unit_test(a_choice_is_one_whole_word_of_the_list),
        cmocka_unit_test(lists_are_checked_item_by_item),
        cmocka_unit_test(bodies_hold_what_the_table_says_and_nothing_else),
        cmocka_unit_test(what_is_not_json_is_malformed),
        cmocka_unit_test(brackets_in_texts_are_not_depth),
        cmocka_unit_test(merge_patch_tells_absent_from_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
