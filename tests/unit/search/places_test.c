/* What is near a place, as a part of the tsquery. */
#include "tests/unit/check.h"

#include "directory/domain/search_compose.h"

static const char *const terms[] = {"pl:2657896", "ka:49508", "pl:ch.zh"};
static const char *const countries[] = {"CH"};

/* The tsquery of a text and filters, its \001 shown as a quote. */
static char *compose(void *mem, const char *text, const struct search_filters *filters)
{
    struct search_query query;
    struct search_statement st;
    struct error e = {0};

    assert_int_equal(search_parse(mem, text, &query, &e), AGORA_OK);
    assert_int_equal(search_compose(mem, &query, filters, &st), AGORA_OK);
    char *shown = talloc_strdup(mem, st.query);
    for (char *c = shown; *c != '\0'; c++)
        *c = *c == '\001' ? '\'' : *c;
    return shown;
}

static void any_of_the_places_is_enough(void **state)
{
    void *mem = talloc_new(NULL);
    struct search_filters f = {.places = terms, .places_n = 3};

    (void)state;
    assert_string_equal(compose(mem, "", &f), "('pl:2657896' | 'ka:49508' | 'pl:ch.zh')");
    talloc_free(mem);
}

static void places_go_with_everything_else(void **state)
{
    void *mem = talloc_new(NULL);
    struct search_filters f = {
        .places = terms, .places_n = 1, .countries = countries, .countries_n = 1, .level = "2"};

    (void)state;
    assert_string_equal(compose(mem, "-ml", &f), "(!('ml')) & ('cc:CH') & ('pl:2657896') & 'vf:2'");
    talloc_free(mem);
}

static void who_is_near_need_not_be_asked_for_twice(void **state)
{
    void *mem = talloc_new(NULL);
    struct search_filters f = {.places = terms, .places_n = 1};

    (void)state;
    /* vf:0, which every member has, is only put where nothing else must be there. */
    assert_null(strstr(compose(mem, "-ml", &f), "vf:0"));
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_of_the_places_is_enough),
        cmocka_unit_test(places_go_with_everything_else),
        cmocka_unit_test(who_is_near_need_not_be_asked_for_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
