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
    check("timber bridge", "(('timber':*) & ('bridge':*))");
    check("  timber\tbridge  ", "(('timber':*) & ('bridge':*))");
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
    check("ml ai1", "(('ml') & ('ai1':*))");
    check("Åse öä", "(('Åse':*) & ('öä'))");
}

static void a_long_word_is_cut_between_letters(void **state)
{
    char typed[400] = "x", expected[400] = "(('x";

    (void)state;
    for (int i = 0; i < 150; i++)
        memcpy(typed + 1 + 2 * i, "ж", 3);
    memcpy(expected + 4, typed + 1, 238);
    memcpy(expected + 242, "':*))", 6);
    check(typed, expected);
}

static void quoted_words_are_a_phrase(void **state)
{
    (void)state;
    check("\"anna maria\" x", "(('anna' <-> 'maria') & ('x'))");
    check("“anna maria”", "(('anna' <-> 'maria'))");
    check("\"anna maria", "(('anna' <-> 'maria'))");
}

static void or_joins_two_neighbours(void **state)
{
    (void)state;
    check("a OR b c", "((('a') | ('b')) & ('c'))");
    check("a OR b OR c", "((('a') | ('b') | ('c')))");
    check("a or b", "(('a') & ('or') & ('b'))");
    check("ORdinary", "(('ORdinary':*))");
}

static void or_needs_two_sides(void **state)
{
    (void)state;
    check("OR a", "At character 1: write something on both sides of OR.");
    check("a OR", "At character 5: write something on both sides of OR.");
    check("a OR OR b", "At character 6: write something on both sides of OR.");
    check("ä (b OR) c", "At character 8: write something on both sides of OR.");
}

static void minus_excludes(void **state)
{
    (void)state;
    check("timber -steel", "(('timber':*) & !('steel':*))");
    check("-\"big steel\" a", "(!('big' <-> 'steel') & ('a'))");
}

static void only_exclusions_start_from_everyone(void **state)
{
    (void)state;
    check("-steel", "(!('steel':*)) & 'vf:0'");
    check("a OR -steel", "((('a') | !('steel':*))) & 'vf:0'");
    check("a OR -steel b", "((('a') | !('steel':*)) & ('b'))");
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
    check("-in:de level:1", "(!('cc:de' | 'p:de') & 'vf:1')");
}

static void parentheses_hold_together(void **state)
{
    (void)state;
    check("(a b) OR c", "(((('a') & ('b')) | ('c')))");
    check("a OR (b c) d", "((('a') | (('b') & ('c'))) & ('d'))");
    check("-(a OR b) c", "(!((('a') | ('b'))) & ('c'))");
    check("-(a -b)", "(!(('a') & !('b'))) & 'vf:0'");
    check("ETH(Zürich)", "(('ETH':*) & (('Zürich':*)))");
    check("() a", "(('a'))");
    check("\"a) (b\"", "(('a' <-> 'b'))");
}

static void a_parenthesis_needs_the_other_one(void **state)
{
    (void)state;
    check("é (a", "At character 3: this parenthesis is not closed. Close it, or put the words in "
                  "quotes.");
    check("a) b", "At character 2: this parenthesis closes nothing. Take it out, or put the words "
                  "in quotes.");
    check("(((((((((a)))))))))",
          "At character 9: these are too many parentheses within each other.");
}

static void places_and_distances(void **state)
{
    static const struct search_place nears[] = {{0, "p:new p:york"}, {0, "pl:7"}, {1, "pl:8"}};
    const struct search_filters f = {.nears = nears, .nears_n = 3};
    struct search_query query;
    struct error e = {0};
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_equal(compose(mem, "near:\"New York\",20km near:Bern", &f),
                        "((('p:new' & 'p:york') | ('pl:7')) & (('pl:8')))");
    assert_string_equal(compose(mem, "near:Bern", &no_filters), "(('none'))");
    assert_int_equal(
        search_parse(mem, "near:\"New York\",20km near:Bern near:\"St. Gallen, 7 KM\"", &query, &e),
        AGORA_OK);
    assert_string_equal(query.terms[0].text, "New York");
    assert_int_equal(query.terms[0].amount, 20);
    assert_int_equal(query.terms[1].amount, SEARCH_NEAR_KM);
    assert_string_equal(query.terms[2].text, "St. Gallen");
    assert_int_equal(query.terms[2].amount, 7);
    check("near:Bern,900", "“near:Bern,900”: the distance is from 1 to 500 km, as in "
                           "near:Bern,20km");
    check("near:Bern,20miles", "“near:Bern,20miles”: write the distance as in near:Bern,20km");
    check("near:,20km", "“near:”: name a place, as in near:Bern,20km");
    talloc_free(mem);
}

/* The lexemes for a check not longer ago than that, on a day. */
static char *since(void *mem, const char *text, int year, int month, int day)
{
    const struct search_filters f = {
        .today = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day}};

    return compose(mem, text, &f);
}

static void checked_counts_from_today(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_equal(since(mem, "checked:<2d", 2026, 12, 31),
                        "(('ck:2026-12-30' | 'ck:2026-12-31'))");
    assert_string_equal(
        since(mem, "checked:<1m", 2026, 11, 28),
        "(('ck:2026-10-29' | 'ck:2026-10-30' | 'ck:2026-10-31' | 'ck:2026-11' | 'ck:2026-12'))");
    assert_string_equal(since(mem, "checked:<1y", 2026, 12, 30), "(('ck:2025-12-31' | 'ck:2026'))");
    /* There is no 29 February in 2022: the day after counts. */
    assert_ptr_equal(strstr(since(mem, "checked:<2Y", 2024, 2, 29), "2022-03-01"), NULL);
    assert_non_null(strstr(since(mem, "checked:<2Y", 2024, 2, 29), "(('ck:2022-03-02' | "));
    assert_non_null(strstr(since(mem, "checked:<1w", 2026, 1, 3), "(('ck:2025-12-28' | "));
    assert_string_equal(since(mem, "checked:>1d", 2026, 1, 31),
                        "(('vf:1' & !('ck:2026-01-31' | 'ck:2026-02' | 'ck:2026-03' | 'ck:2026-04' "
                        "| 'ck:2026-05' | 'ck:2026-06' | 'ck:2026-07' | 'ck:2026-08' | "
                        "'ck:2026-09' | 'ck:2026-10' | 'ck:2026-11' | 'ck:2026-12')))");
    assert_string_equal(since(mem, "-checked:2025-03", 2026, 1, 1), "(!'ck:2025-03') & 'vf:0'");
    talloc_free(mem);
}

static void checked_needs_a_time(void **state)
{
    static const char rule[] = "“checked:2y”: write how long ago the check may be, as in "
                               "checked:<2y (y years, m months, w weeks, d days), or when it was, "
                               "as in checked:2025-03";

    (void)state;
    check("checked:2y", rule);
    check("checked:<90y", "“checked:<90y”: the time is from 1 day to 50 years, as in checked:<2y");
    check("checked:<0d", "“checked:<0d”: the time is from 1 day to 50 years, as in checked:<2y");
}

static void standing_openness_sections_and_contacts(void **state)
{
    static const char *const known[] = {"00000000000000aa", "00000000000000bb"};
    const struct search_filters f = {.known = known, .known_n = 2};
    void *mem = talloc_new(NULL);

    (void)state;
    check("standing:Good", "('st:good')");
    check("standing:bad", "“standing:bad”: only standing:good can be looked for");
    check("open:mentor open:\"Second opinion\" open:peer-review open:any",
          "('op:mentor' & 'op:second_opinion' & 'op:peer_review' & 'op:any')");
    check("open:mentoring", "“open:mentoring” is not known. Did you mean “open:mentor”?");
    check("section:\"Zürich fellows\"", "(('m:Zürich' & 'm:fellows'))");
    check("knows:me", "(('none'))");
    check("knows:ann", "“knows:ann”: only your own contacts can be looked for: knows:me");
    assert_string_equal(compose(mem, "-knows:me x", &f),
                        "(!('id:00000000000000aa' | 'id:00000000000000bb') & ('x'))");
    talloc_free(mem);
}

static void an_unknown_operator_names_the_nearest(void **state)
{
    static const char *const nearest[][2] = {{"nera", "near"},      {"skills", "skill"},
                                             {"languages", "lang"}, {"organisation", "org"},
                                             {"offer", "offers"},   {"chekced", "checked"},
                                             {"seek", "seeks"},     {"Interests", "interest"}};
    char text[40], told[120];

    (void)state;
    for (size_t i = 0; i < sizeof nearest / sizeof nearest[0]; i++) {
        snprintf(text, sizeof text, "a %s:Bern", nearest[i][0]);
        snprintf(told, sizeof told,
                 "“%s:” is not known. Did you mean “%s:”? Put it in quotes to look for the word.",
                 nearest[i][0], nearest[i][1]);
        check(text, told);
    }
    check("a http://x", "“http:” is not known. There are skill: interest: seeks: offers: about: "
                        "org: section: in: near: lang: level: checked: standing: open: and "
                        "knows:me. Put it in quotes to look for the word.");
    check("12:30", "(('12' & '30'))");
    check("\"http://x\"", "(('http' <-> 'x'))");
}

static void an_operator_needs_a_value_it_can_have(void **state)
{
    static const char missing[] = "Nothing stands behind “skill:”. Write what you look for right "
                                  "behind the colon, without a space.";

    (void)state;
    check("skill:", missing);
    check("skill: timber", missing);
    check("skill:(timber)", missing);
    check("skill:\"\"", missing);
    check("level:5", "“level:5”: a level is a number from 0 to 4, as in level:2");
    check("level:22", "“level:22”: a level is a number from 0 to 4, as in level:2");
    check("lang:d\xc3\xa9", "“lang:dé”: write a language by its code, such as lang:de");
}

static void topics_are_found_by_what_their_names_are(void **state)
{
    static const struct search_topic found[] = {{0, "T1", "Timber", false},
                                                {0, "T2", "Timber joints", false},
                                                {1, "T3", "Seismic", false},
                                                {2, "F9", "Engineering", false}};
    const struct search_filters f = {.found = found, .found_n = 4, .topics_n = 1};
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_equal(compose(mem, "skill:timber -seeks:=seismic", &f),
                        "(('x:T1' | 'x:T2') & !('s=T3')) & (('t:F9'))");
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
    static const struct search_topic found[] = {{0, "T1", "Timber", false},
                                                {1, "T3", "Seismic", false}};
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
    check("a' | 'b", "(('a') & ('b'))");
    check("(a | b) & !c <-> 5:*", "((('a') & ('b')) & ('c') & ('5'))");
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
        cmocka_unit_test(a_long_word_is_cut_between_letters),
        cmocka_unit_test(quoted_words_are_a_phrase),
        cmocka_unit_test(or_joins_two_neighbours),
        cmocka_unit_test(or_needs_two_sides),
        cmocka_unit_test(minus_excludes),
        cmocka_unit_test(only_exclusions_start_from_everyone),
        cmocka_unit_test(operators_look_where_they_say),
        cmocka_unit_test(parentheses_hold_together),
        cmocka_unit_test(a_parenthesis_needs_the_other_one),
        cmocka_unit_test(places_and_distances),
        cmocka_unit_test(checked_counts_from_today),
        cmocka_unit_test(checked_needs_a_time),
        cmocka_unit_test(standing_openness_sections_and_contacts),
        cmocka_unit_test(an_unknown_operator_names_the_nearest),
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
