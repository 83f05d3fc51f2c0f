/*
 * Contact cards: escaped, folded, and with nothing but what the profile has.
 */
#include "tests/unit/check.h"

#include <jansson.h>

#include "directory/domain/contact_card.h"

static const struct card_source source = {"https://a.example", "Society, \"Ltd\"; \\ <b>"};

/* The card of a profile in JSON; freed with @a mem. */
static char *card(void *mem, const char *profile,
                  char *(*write)(const void *, const json_t *, const struct card_source *))
{
    json_t *o = json_loads(profile, 0, NULL);

    assert_non_null(o);
    char *text = write(mem, o, &source);
    json_decref(o);
    assert_non_null(text);
    return text;
}

static void a_vcard_is_escaped(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    const char *v = card(mem,
                         "{\"handle\":\"ada\",\"shown_name\":\"Ada; b,c \\\\ d\",\"about\":\"one\\n"
                         "END:VCARD\\r\\u0007two\",\"organisation\":\"A;B\"}",
                         vcard_of);
    assert_non_null(strstr(v, "\r\nFN:Ada\\; b\\,c \\\\ d\r\n"));
    assert_non_null(strstr(v, "\r\nNOTE:one\\nEND:VCARDtwo\r\n"));
    assert_non_null(strstr(v, "\r\nORG:A\\;B\r\n"));
    assert_ptr_equal(strstr(v, "\r\nEND:VCARD\r\n"), v + strlen(v) - strlen("\r\nEND:VCARD\r\n"));
    talloc_free(mem);
}

static void a_vcard_has_what_the_profile_has(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    const char *v = card(
        mem,
        "{\"handle\":\"ada\",\"shown_name\":\"Ada\",\"title\":\"Engineer\",\"headline\":\"Hello\","
        "\"country\":\"CH\",\"country_name\":\"Switzerland\",\"place\":\"Bern\",\"languages\":"
        "[\"de\",\"pt-BR\"],\"topics\":{\"expertise\":[{\"id\":\"T1\",\"label\":\"Bridges\"}],"
        "\"interest\":[{\"id\":\"T2\",\"label\":\"Dams, old\"}],\"seeking\":[{\"id\":\"T3\","
        "\"label\":\"Work\"}]}}",
        vcard_of);
    assert_string_equal(v, "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:individual\r\nFN:Ada\r\n"
                           "UID:https://a.example/m/ada\r\nURL:https://a.example/m/ada\r\n"
                           "SOURCE:https://a.example/api/v1/members/ada/card.vcf\r\n"
                           "TITLE:Engineer\r\nADR;CC=CH:;;;Bern;;;Switzerland\r\nLANG:de\r\n"
                           "LANG:pt-BR\r\nEXPERTISE:Bridges\r\nINTEREST:Dams\\, old\r\n"
                           "NOTE:Hello\r\nORG-DIRECTORY:https://a.example/\r\n"
                           "PRODID:-//Agora//EN\r\nEND:VCARD\r\n");
    talloc_free(mem);
}

/* Whether each line has at most 75 octets and begins with a whole character. */
static void check_lines(const char *v)
{
    while (*v != '\0') {
        const char *end = strstr(v, "\r\n");
        assert_non_null(end);
        assert_in_range(end - v, 1, 75);
        const char *first = *v == ' ' ? v + 1 : v;
        assert_int_not_equal((unsigned char)*first & 0xc0, 0x80);
        v = end + 2;
    }
}

/* The card with its folds taken out. */
static char *unfolded(void *mem, const char *v)
{
    char *out = talloc_strdup(mem, v), *to = out;

    for (const char *at = out; *at != '\0';) {
        if (strncmp(at, "\r\n ", 3) == 0)
            at += 3;
        else
            *to++ = *at++;
    }
    *to = '\0';
    return out;
}

static void a_long_line_is_folded_between_characters(void **state)
{
    static const char *const characters[] = {"x", "é", "漢", "𝒜", ",", "\\\\"};

    (void)state;
    for (size_t c = 0; c < sizeof characters / sizeof characters[0]; c++) {
        for (size_t n = 20; n < 90; n++) {
            void *mem = talloc_new(NULL);
            char *name = talloc_strdup(mem, "");
            for (size_t i = 0; i < n; i++)
                name = talloc_asprintf_append(name, "%s", characters[c]);
            char *v =
                card(mem, talloc_asprintf(mem, "{\"handle\":\"a\",\"shown_name\":\"%s\"}", name),
                     vcard_of);
            check_lines(v);
            char *whole = unfolded(mem, v), *expected = talloc_strdup(mem, "\r\nFN:");
            const char *written = c == 4 ? "\\," : characters[c];
            for (size_t i = 0; i < n; i++)
                expected = talloc_asprintf_append(expected, "%s", written);
            assert_non_null(strstr(whole, talloc_asprintf(mem, "%s\r\n", expected)));
            talloc_free(mem);
        }
    }
}

static void jscontact_has_what_the_profile_has(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    json_t *o = json_loads(
        card(mem,
             "{\"handle\":\"ada\",\"shown_name\":\"Ada\",\"title\":\"Engineer\",\"country\":\"CH\","
             "\"country_name\":\"Switzerland\",\"languages\":[\"de\"],\"topics\":{\"expertise\":["
             "{\"id\":\"T1\",\"label\":\"Bridges\"}]}}",
             jscontact_of),
        0, NULL);
    json_t *wanted = json_loads(
        "{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":\"https://a.example/m/ada\",\"kind\":"
        "\"individual\",\"prodId\":\"-//Agora//EN\",\"name\":{\"full\":\"Ada\"},\"titles\":{\"1\":{"
        "\"name\":\"Engineer\"}},\"addresses\":{\"1\":{\"components\":[{\"kind\":\"country\","
        "\"value\":\"Switzerland\"}],\"countryCode\":\"CH\"}},\"preferredLanguages\":{\"1\":{"
        "\"language\":\"de\",\"pref\":1}},\"personalInfo\":{\"expertise-1\":{\"kind\":"
        "\"expertise\",\"value\":\"Bridges\",\"listAs\":1}},\"links\":{\"1\":{\"uri\":"
        "\"https://a.example/m/ada\"}},\"directories\":{\"1\":{\"kind\":\"entry\",\"uri\":"
        "\"https://a.example/api/v1/members/ada/card.json\"}}}",
        0, NULL);
    assert_true(json_equal(o, wanted));
    json_decref(o);
    json_decref(wanted);
    talloc_free(mem);
}

static void a_bare_profile_makes_bare_cards(void **state)
{
    void *mem = talloc_new(NULL);
    static const char bare[] = "{\"handle\":\"ada\",\"shown_name\":\"Ada\"}";

    (void)state;
    assert_null(strstr(card(mem, bare, vcard_of), "ADR"));
    assert_null(strstr(card(mem, bare, jscontact_of), "addresses"));
    json_t *ld = json_loads(card(mem, bare, person_ld_of), 0, NULL);
    assert_int_equal(json_object_size(ld), 6);
    assert_string_equal(json_string_value(json_object_get(json_object_get(ld, "memberOf"), "name")),
                        source.organisation);
    json_decref(ld);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vcard_is_escaped),
        cmocka_unit_test(a_vcard_has_what_the_profile_has),
        cmocka_unit_test(a_long_line_is_folded_between_characters),
        cmocka_unit_test(jscontact_has_what_the_profile_has),
        cmocka_unit_test(a_bare_profile_makes_bare_cards),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
