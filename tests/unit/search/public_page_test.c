/*
 * What goes into pages that strangers read: escaped wherever it stands; and small decisions about
 * names, robots and websites that may frame the widget.
 */
#include "tests/unit/check.h"

#include <jansson.h>

#include "directory/base/text.h"
#include "directory/domain/publication.h"
#include "directory/http/api/page_view.h"

#define HOSTILE "</script><img src=x onerror=alert(1)>\"'&"

static void text_is_escaped_for_where_it_stands(void **state)
{
    void *mem = talloc_new(NULL);
    struct text t;

    (void)state;
    text_begin(&t, mem);
    text_html(&t, "a<b>&\"'");
    assert_string_equal(text_end(&t), "a&lt;b&gt;&amp;&quot;&#39;");
    text_begin(&t, mem);
    text_url(&t, "a b&c=ü\"<");
    assert_string_equal(text_end(&t), "a%20b%26c%3D%C3%BC%22%3C");
    text_begin(&t, mem);
    text_json_in_html(&t, "{\"a\":\"</script>&\"}");
    assert_string_equal(text_end(&t), "{\"a\":\"\\u003c/script\\u003e\\u0026\"}");
    text_begin(&t, mem);
    assert_string_equal(text_end(&t), "");
    for (size_t i = 0; i < 2000; i++)
        text_add_n(&t, "12345", 5);
    assert_int_equal(t.len, 10000);
    assert_int_equal(strlen(text_end(&t)), 10000);
    talloc_free(mem);
}

/* No tag but ours, no attribute that is not quoted whole. */
static void check_safe(const char *html)
{
    assert_non_null(html);
    assert_null(strstr(html, "<img"));
    assert_null(strstr(html, "</script"));
    assert_null(strstr(html, "alert(1)>"));
}

static void a_hostile_profile_stays_text(void **state)
{
    void *mem = talloc_new(NULL);
    struct text t;
    json_t *topic = json_pack("[{s:s,s:s}]", "id", HOSTILE, "label", HOSTILE);
    json_t *o =
        json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:{s:O,s:O,s:O,s:o},s:{s:s}}", "handle",
                  HOSTILE, "shown_name", HOSTILE, "headline", HOSTILE, "about", HOSTILE,
                  "organisation", HOSTILE, "title", HOSTILE, "place", HOSTILE, "country_name",
                  HOSTILE, "language_names", HOSTILE, "topics", "expertise", topic, "interest",
                  topic, "seeking", topic, "offering", topic, "verified", "sentence", HOSTILE);

    (void)state;
    text_begin(&t, mem);
    page_view_profile(&t, o);
    check_safe(text_end(&t));
    json_decref(o);
    talloc_free(mem);
}

static void hostile_results_and_queries_stay_text(void **state)
{
    static const char *const values[] = {HOSTILE};
    static const struct page_place place = {"/", true};
    const struct search_ask ask = {.q = HOSTILE,
                                   .topics = values,
                                   .topics_n = 1,
                                   .countries = values,
                                   .countries_n = 1,
                                   .level = HOSTILE};
    void *mem = talloc_new(NULL);
    struct text t;
    json_t *facet = json_pack("[{s:s,s:s,s:i}]", "value", HOSTILE, "label", HOSTILE, "count", 3);
    json_t *o = json_pack("{s:[{s:s,s:s,s:s,s:s,s:s,s:[s],s:{s:s}}],s:{s:i,s:b},s:s,s:{s:O,s:O,s:o}"
                          "}",
                          "items", "handle", HOSTILE, "shown_name", HOSTILE, "headline", HOSTILE,
                          "organisation", HOSTILE, "place", HOSTILE, "why", HOSTILE, "verified",
                          "label", HOSTILE, "total", "count", 1, "exact", 0, "next", HOSTILE,
                          "facets", "topic", facet, "country", facet, "level", facet);

    (void)state;
    assert_non_null(o);
    text_begin(&t, mem);
    page_view_form(&t, &ask, &place);
    page_view_fault(&t, HOSTILE);
    page_view_results(&t, o, &ask, &place);
    check_safe(text_end(&t));
    json_decref(o);
    talloc_free(mem);
}

static void webfinger_names_members_of_this_service_only(void **state)
{
    static const struct {
        const char *resource, *handle;
    } cases[] = {
        {"acct:ada@a.example", "ada"},
        {"ACCT:ada@A.EXAMPLE", "ada"},
        {"https://a.example/m/ada", "ada"},
        {"acct:ada@b.example", NULL},
        {"acct:ada@a.example.evil", NULL},
        {"acct:ada@xa.example", NULL},
        {"https://a.example/m/ada/ask", NULL},
        {"https://a.example.evil/m/ada", NULL},
        {"https://a.example/x/ada", NULL},
        {"mailto:ada@a.example", NULL},
        {"acct:ada", NULL},
        {"", NULL},
    };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *handle = publication_named(mem, "https://a.example", cases[i].resource);
        if (cases[i].handle == NULL)
            assert_null(handle);
        else
            assert_string_equal(handle, cases[i].handle);
    }
    talloc_free(mem);
}

static void ai_crawlers_are_known_by_their_agent(void **state)
{
    (void)state;
    assert_true(publication_is_ai("Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gpt)"));
    assert_true(publication_is_ai("claudebot"));
    assert_false(publication_is_ai("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"));
    assert_false(publication_is_ai("Mozilla/5.0 (compatible; Googlebot/2.1)"));
    assert_false(publication_is_ai(NULL));
}

static void only_origins_get_into_the_policy(void **state)
{
    static const struct {
        const char *set, *kept;
    } cases[] = {
        {"https://www.a.example", "https://www.a.example"},
        {"  https://a.example:8443   http://localhost:1 ",
         "https://a.example:8443 http://localhost:1"},
        {"", NULL},
        {"*", NULL},
        {"https://a.example; https://b.example", "https://b.example"},
        {"https://*.a.example", NULL},
        {"https://a.example/path", NULL},
        {"https://", NULL},
        {"'self'", NULL},
        {"javascript:alert(1)", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct request *rq = make_request(NULL, NULL);
        const char *origins = NULL;
        ((struct config *)(size_t)rq->work.config)->public_embed_origins = cases[i].set;
        enum agora_status s = publication_embedders(&rq->work, &origins);
        if (cases[i].kept == NULL) {
            assert_int_equal(s, AGORA_NOT_FOUND);
        } else {
            assert_int_equal(s, AGORA_OK);
            assert_string_equal(origins, cases[i].kept);
        }
        drop_request(rq);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_escaped_for_where_it_stands),
        cmocka_unit_test(a_hostile_profile_stays_text),
        cmocka_unit_test(hostile_results_and_queries_stay_text),
        cmocka_unit_test(webfinger_names_members_of_this_service_only),
        cmocka_unit_test(ai_crawlers_are_known_by_their_agent),
        cmocka_unit_test(only_origins_get_into_the_policy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
