/*
 * Lines of N-Triples as rapper writes them, and as nobody should.
 */
#include "tests/unit/check.h"

#include <stdio.h>

#include "directory/skos/skos.h"

#define CORE "http://www.w3.org/2004/02/skos/core#"

/* A line as the fact it is: "kind subject object lang label"; else how it ended. */
static const char *read_line(const char *given, char out[256])
{
    static const char *const ends[] = {"", "nothing", "left out", "broken"};
    struct skos_fact f;
    char *line = strdup(given);
    enum skos_line end = skos_line(line, strlen(line), &f);

    if (end == SKOS_FACT)
        snprintf(out, 256, "%c %s|%s|%s|%s", f.kind, f.subject, f.object, f.lang, f.label);
    else
        snprintf(out, 256, "%s", ends[end]);
    free(line);
    return out;
}

#define READS(given, expected)                                                                     \
    do {                                                                                           \
        char out_[256];                                                                            \
        assert_string_equal(read_line(given, out_), expected);                                     \
    } while (0)

static void labels_come_with_their_language(void **state)
{
    (void)state;
    READS("<http://a> <" CORE "prefLabel> \"Joinery\"@en .", "p http://a||en|Joinery");
    READS("<http://a> <" CORE "altLabel> \"Tischlerei\"@de-AT .", "a http://a||de-at|Tischlerei");
    READS("<http://a> <" CORE "hiddenLabel> \"x\" .", "h http://a|||x");
    READS("<http://a> <" CORE "notation> \"12\"^^<http://b> .", "k http://a|||12");
    READS("<http://a> <http://purl.org/dc/terms/title> \"T\"@en .", "s http://a||en|T");
}

static void links_come_in_one_direction(void **state)
{
    (void)state;
    READS("<http://a> <" CORE "broader> <http://b> .", "b http://a|http://b||");
    READS("<http://a> <" CORE "narrower> <http://b> .", "b http://b|http://a||");
    READS("<http://s> <" CORE "hasTopConcept> <http://a> .", "t http://a|http://s||");
    READS("<http://a> <" CORE "topConceptOf> <http://s> .", "t http://a|http://s||");
    READS("<http://a> <" CORE "exactMatch> <http://b> .", "e http://a|http://b||");
    READS("<http://a> <" CORE "closeMatch> <http://b> .", "m http://a|http://b||");
    READS("<http://a> <" CORE "related> <http://b> .", "r http://a|http://b||");
}

static void things_are_what_their_type_says(void **state)
{
#define TYPE "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    (void)state;
    READS("<http://a> " TYPE " <" CORE "Concept> .", "c http://a|||");
    READS("<http://a> " TYPE " <" CORE "ConceptScheme> .", "y http://a|||");
    READS("<http://a> " TYPE " <http://other> .", "nothing");
    READS("<http://a> <http://www.w3.org/2002/07/owl#deprecated> \"true\" .", "d http://a|||true");
    READS("<http://a> <http://www.w3.org/2002/07/owl#deprecated> \"false\" .", "nothing");
    READS("<http://a> <http://other> \"x\" .", "nothing");
    READS("", "nothing");
    READS("# a comment", "nothing");
}

static void escapes_are_undone(void **state)
{
    (void)state;
    READS("<http://a> <" CORE "prefLabel> \"\\u00e9\\U0001F600\\\"\\\\\"@en .",
          "p http://a||en|\xc3\xa9\xf0\x9f\x98\x80\"\\");
    READS("<http://a> <" CORE "prefLabel> \"a\\tb\\nc\\rd\" .", "p http://a|||a b c d");
    READS("<http://\\u00e9> <" CORE "prefLabel> \"x\" .", "p http://\xc3\xa9|||x");
}

static void what_cannot_be_kept_is_left_out(void **state)
{
    char line[4200] = "<http://a> <" CORE "prefLabel> \"";
    size_t len = strlen(line);

    (void)state;
    READS("_:b1 <" CORE "prefLabel> \"x\" .", "left out");
    READS("<http://a> <" CORE "broader> _:b1 .", "left out");
    READS("<http://a> <" CORE "broader> \"words\" .", "left out");
    READS("<http://a> <" CORE "prefLabel> <http://b> .", "left out");
    READS("<http://a> <" CORE "prefLabel> \"\" .", "left out");
    READS("<http://a> <" CORE "prefLabel> \"a\\u0000b\" .", "left out");
    READS("<http://a\\u0009b> <" CORE "prefLabel> \"x\" .", "left out");
    READS("<http://a\\u0022b> <" CORE "prefLabel> \"x\" .", "left out");
    READS("<http://a> <" CORE "prefLabel> \"\xff\" .", "left out");
    memset(line + len, 'x', SKOS_LABEL_MAX + 1);
    snprintf(line + len + SKOS_LABEL_MAX + 1, 10, "\" .");
    READS(line, "left out");
}

static void what_is_no_line_is_broken(void **state)
{
    (void)state;
    READS("<http://a> <" CORE "prefLabel> \"x\"", "broken");
    READS("<http://a> <" CORE "prefLabel> \"x .", "broken");
    READS("<http://a <" CORE "prefLabel", "broken");
    READS("<http://a> \"p\" \"x\" .", "broken");
    READS("<http://a> <" CORE "prefLabel> \"\\q\" .", "broken");
    READS("<http://a> <" CORE "prefLabel> \"\\ud800\" .", "broken");
    READS("<http://a> <" CORE "prefLabel> \"\\u12", "broken");
    READS("<http://a> <" CORE "prefLabel> \"\\", "broken");
    READS("<http://a> <" CORE "prefLabel> \"x\"@ .", "broken");
    READS("<http://a> <" CORE "prefLabel> \"x\"^<b> .", "broken");
    READS("words", "broken");
    READS("<", "broken");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_come_with_their_language),
        cmocka_unit_test(links_come_in_one_direction),
        cmocka_unit_test(things_are_what_their_type_says),
        cmocka_unit_test(escapes_are_undone),
        cmocka_unit_test(what_cannot_be_kept_is_left_out),
        cmocka_unit_test(what_is_no_line_is_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
