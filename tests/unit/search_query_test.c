/* The query language: what is typed, the terms it becomes, and the tsquery made of them. */
#include "tests/unit/check.h"

#include "directory/domain/search_compose.h"
#include "directory/domain/sql_array.h"

static const struct search_filters no_filters;

/* The tsquery of a text, its \001 shown as a quote; or the sentence of the refusal. */
static char *compose(void *mem, const char *text, const struct search_filters *filters)
{
    struct search_query query;
    struct search_statement st;
    struct error e = {0};

    if (search_parse(mem, text, &query, &e) != AGORA_OK) {
        assert_int_equal(e.status, AGORA_INVALID_FIELD);
        assert_string_equal(e.pointer, "/q");
        return talloc_strdup(mem, e.text);
    }
    assert_int_equal(search_compose(mem, &query, filters, &st), AGORA_OK);
    char *shown = talloc_strdup(mem, st.query);
    for (char *c = shown; *c != '\0'; c++)
        *c = *c == '\001' ? '\'' : *c;
    return shown;
}

static void check(const char *text, const char *expected)
{
    void *mem = talloc_new(NULL);

    assert_string_equal(compose(mem, text, &no_filters), expected);
    talloc_free(mem);
}

static void words_must_all_hold(void **state)
{
    (void)state;
    check("timber bridge", "(('timber':*)) & (('bridge':*))");
    check("  timber\tbridge  ", "(('timber':*)) & (('bridge':*))");
    check("state-of-the-art", "(('state':* & 'of' & 'the':* & 'art':*))");
}

static void nothing_typed_finds_everyone(void **state)
{
    (void)state;
    check(NULL, "'vf:0'");
    check("", "'vf:0'");
    check(" ,.! - & ", "'vf:0'");
}

static void short_words_find_only_themselves(void **state)
{
    (void)state;
    check("ml ai1", "(('ml')) & (('ai1':*))");
    check("Åse öä", "(('Åse':*)) & (('öä'))");
}

static void quoted_words_are_a_phrase(void **state)
{
    (void)state;
    check("\"anna maria\" x", "(('anna' <-> 'maria')) & (('x'))");
    check("“anna maria”", "(('anna' <-> 'maria'))");
    check("\"anna maria", "(('anna' <-> 'maria'))");
}

static void or_joins_two_neighbours(void **state)
{
    (void)state;
    check("a OR b c", "(('a') | ('b')) & (('c'))");
    check("a OR b OR c", "(('a') | ('b') | ('c'))");
    check("a or b", "(('a')) & (('or')) & (('b'))");
    check("ORdinary", "(('ORdinary':*))");
}

static void or_needs_two_sides(void **state)
{
    (void)state;
    check("OR a", "Write something on both sides of OR.");
    check("a OR", "Write something on both sides of OR.");
    check("a OR OR b", "Write something on both sides of OR.");
}

static void minus_excludes(void **state)
{
    (void)state;
    check("timber -steel", "(('timber':*)) & (!('steel':*))");
    check("-\"big steel\" a", "(!('big' <-> 'steel')) & (('a'))");
}

static void only_exclusions_start_from_everyone(void **state)
{
    (void)state;
    check("-steel", "(!('steel':*)) & 'vf:0'");
    check("a OR -steel", "(('a') | !('steel':*)) & 'vf:0'");
    check("a OR -steel b", "(('a') | !('steel':*)) & (('b'))");
}

static void operators_look_where_they_say(void **state)
{
    (void)state;
    check("about:joints", "(('a:joints'))");
    check("ORG:\"Keller & Co\"", "(('g:Keller' & 'g:Co'))");
    check("in:de", "(('cc:de' | 'p:de'))");
    check("in:Zürich", "(('p:Zürich'))");
    check("lang:pt-BR", "('l:pt-BR')");
    check("level:2", "('vf:2')");
    check("-in:de level:1", "(!('cc:de' | 'p:de')) & ('vf:1')");
}

static void an_unknown_operator_is_said_to_be_wrong(void **state)
{
    (void)state;
    check("near:Bern",
          "“near:” is not known. There are skill: interest: seeks: offers: about: org: "
          "in: lang: and level:");
    check("a http://x", "“http:” is not known. There are skill: interest: seeks: offers: about: "
                        "org: in: lang: and level:");
    check("12:30", "(('12' & '30'))");
}

static void an_operator_needs_a_value_it_can_have(void **state)
{
    static const char missing[] =
        "Write what you look for right behind the colon, without a space.";

    (void)state;
    check("skill:", missing);
    check("skill: timber", missing);
    check("org:\"\"", missing);
    check("level:5", "A level is a number from 0 to 4: level:2");
    check("level:22", "A level is a number from 0 to 4: level:2");
    check("lang:d\xc3\xa9", "Write a language by its code, such as lang:de");
}

static void topics_are_found_by_what_their_names_are(void **state)
{
    static const struct search_topic found[] = {{0, "T1", "Timber"},
                                                {0, "T2", "Timber joints"},
                                                {1, "T3", "Seismic"},
                                                {2, "F9", "Engineering"}};
    const struct search_filters f = {.found = found, .found_n = 4, .topics_n = 1};
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_equal(compose(mem, "skill:timber -seeks:=seismic", &f),
                        "(('x:T1' | 'x:T2')) & (!('s=T3')) & (('t:F9'))");
    talloc_free(mem);
}

static void filters_stand_beside_the_query(void **state)
{
    static const char *const countries[] = {"CH", "at"};
    const struct search_filters f = {.countries = countries, .countries_n = 2, .level = "3"};
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_equal(compose(mem, "", &f), "('cc:CH' | 'cc:at') & 'vf:3'");
    assert_string_equal(compose(mem, "-x", &f), "(!('x')) & ('cc:CH' | 'cc:at') & 'vf:3'");
    talloc_free(mem);
}

static void each_result_can_say_why(void **state)
{
    static const struct search_topic found[] = {{0, "T1", "Timber"}, {1, "T3", "Seismic"}};
    const struct search_filters f = {.found = found, .found_n = 2, .topics_n = 1};
    struct search_query query;
    struct search_statement st;
    struct error e = {0};
    void *mem = talloc_new(NULL);

    (void)state;
    assert_int_equal(search_parse(mem, "skill:timber anna -bob level:2", &query, &e), AGORA_OK);
    assert_int_equal(search_compose(mem, &query, &f, &st), AGORA_OK);
    assert_string_equal(st.words, "{\"anna\"}");
    assert_string_equal(st.asked, "{\"T1\",\"T3\"}");
    assert_string_equal(st.reasons, "{\"Expertise: Timber\",\"Name: “anna”\",\"Role: “anna”\","
                                    "\"Expertise: “anna”\",\"Expertise: Seismic\","
                                    "\"Interested in: Seismic\",\"Looks for: Seismic\","
                                    "\"Offers: Seismic\"}");
    assert_non_null(strstr(st.clues, "(\001anna\001:*A)"));
    talloc_free(mem);
}

static void what_is_typed_cannot_change_the_shape(void **state)
{
    (void)state;
    check("a' | 'b", "(('a')) & (('b'))");
    check("(a | b) & !c <-> 5:*", "(('a')) & (('b')) & (('c')) & (('5'))");
}

static void too_many_terms_are_refused(void **state)
{
    char text[3 * (SEARCH_TERMS_MAX + 1) + 1] = "";

    (void)state;
    for (int i = 0; i <= SEARCH_TERMS_MAX; i++)
        memcpy(text + 2 * i, "a ", 3);
    check(text, "Search for at most 40 things at once.");
}

static void an_array_quotes_its_items(void **state)
{
    static const char *const items[] = {"plain", "a \"b\" \\ c", "", "{x,y}"};
    char *text = sql_array_of(NULL, items, 4);

    (void)state;
    assert_string_equal(text, "{\"plain\",\"a \\\"b\\\" \\\\ c\",\"\",\"{x,y}\"}");
    talloc_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_must_all_hold),
        cmocka_unit_test(nothing_typed_finds_everyone),
        cmocka_unit_test(short_words_find_only_themselves),
        cmocka_unit_test(quoted_words_are_a_phrase),
        cmocka_unit_test(or_joins_two_neighbours),
        cmocka_unit_test(or_needs_two_sides),
        cmocka_unit_test(minus_excludes),
        cmocka_unit_test(only_exclusions_start_from_everyone),
        cmocka_unit_test(operators_look_where_they_say),
        cmocka_unit_test(an_unknown_operator_is_said_to_be_wrong),
        cmocka_unit_test(an_operator_needs_a_value_it_can_have),
        cmocka_unit_test(topics_are_found_by_what_their_names_are),
        cmocka_unit_test(filters_stand_beside_the_query),
        cmocka_unit_test(each_result_can_say_why),
        cmocka_unit_test(what_is_typed_cannot_change_the_shape),
        cmocka_unit_test(too_many_terms_are_refused),
        cmocka_unit_test(an_array_quotes_its_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
