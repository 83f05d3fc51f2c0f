/* Pages and contact cards of any profile, results and query. No tag or property comes out but those
 * that we write, and every line of a card is folded. The data is cut at its NULs into texts that
 * stand wherever a member's words do. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/utf8.h"
#include "directory/domain/contact_card.h"
#include "directory/domain/publication.h"
#include "directory/http/api/page_view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
    if (!ok)
        abort();
}

/* The tags of our own pages; whatever else follows a < came from outside. */
static void check_html(const char *html)
{
    static const char *const ours[] = {
        "p ",     "p>",      "/p>",      "h1>",      "/h1>",      "h2>",      "h2 ",
        "/h2>",   "h3>",     "/h3>",     "ul ",      "/ul>",      "ol ",      "/ol>",
        "li>",    "/li>",    "a ",       "/a>",      "dl>",       "dl ",      "/dl>",
        "div>",   "/div>",   "dt>",      "/dt>",     "dd>",       "/dd>",     "bdi>",
        "/bdi>",  "nav ",    "/nav>",    "form ",    "/form>",    "label ",   "/label>",
        "input ", "button ", "/button>", "details>", "/details>", "summary>", "/summary>",
        "code>",  "/code>"};

    check(html != NULL);
    for (const char *at = html; (at = strchr(at, '<')) != NULL; at++) {
        bool known = false;
        for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
            known = known || strncmp(at + 1, ours[i], strlen(ours[i])) == 0;
        check(known);
    }
}

/* Lines end with CR LF, have 75 octets at most and no control characters; one card, not two. */
static void check_vcard(const char *card)
{
    size_t begins = 0, ends = 0;

    check(card != NULL);
    while (*card != '\0') {
        const char *end = strstr(card, "\r\n");
        check(end != NULL && end - card <= 75);
        check(memchr(card, '\n', (size_t)(end - card)) == NULL);
        check(utf8_valid(card, (size_t)(end - card)));
        begins += strncmp(card, "BEGIN:VCARD\r\n", 13) == 0;
        ends += strncmp(card, "END:VCARD\r\n", 11) == 0;
        card = end + 2;
    }
    check(begins == 1 && ends == 1);
}

static void check_json(const char *text)
{
    json_t *o = text != NULL ? json_loads(text, 0, NULL) : NULL;

    check(json_is_object(o));
    json_decref(o);
}

static void write_cards(void *mem, const json_t *profile)
{
    const struct card_source source = {"https://a.example", "Example"};
    struct text t;

    check_vcard(vcard_of(mem, profile, &source));
    check_json(jscontact_of(mem, profile, &source));
    char *ld = person_ld_of(mem, profile, &source);
    check_json(ld);
    text_begin(&t, mem);
    text_json_in_html(&t, ld);
    const char *block = text_end(&t);
    check(strpbrk(block, "<>&") == NULL);
    check_json(block);
}

static void write_pages(void *mem, const json_t *profile, const char *const texts[], size_t n)
{
    static const struct page_place place = {"/embed/search", true};
    const struct search_ask ask = {
        .q = texts[0], .topics = texts, .topics_n = n, .countries = texts, .countries_n = n};
    json_t *page = json_pack("{s:[O],s:{s:[O]},s:s}", "items", profile, "facets", "topic",
                             json_object_get(profile, "facet"), "next", texts[0]);
    struct text t;

    text_begin(&t, mem);
    page_view_profile(&t, profile);
    page_view_form(&t, &ask, &place);
    page_view_fault(&t, texts[0]);
    page_view_results(&t, page, &ask, &place);
    check_html(text_end(&t));
    json_decref(page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { TEXTS = 6 };
    void *mem = talloc_new(NULL);
    const char *texts[TEXTS], *at = talloc_strndup(mem, "", 0);
    char *all = talloc_size(mem, size + 1);

    memcpy(all, data, size);
    all[size] = '\0';
    for (size_t i = 0, from = 0; i < TEXTS; i++) {
        texts[i] = from <= size ? all + from : at;
        from += strlen(texts[i]) + 1;
        utf8_mend((char *)(size_t)texts[i]);
    }
    json_t *o = json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:[s],s:[s],s:{s:[{s:s,s:s}]},s:{s:s,s:s},s:{s:s,s:s}}",
        "handle", texts[0], "shown_name", texts[1], "headline", texts[2], "about", texts[3],
        "title", texts[4], "organisation", texts[5], "place", texts[0], "country_name", texts[1],
        "languages", texts[2], "why", texts[3], "topics", "expertise", "id", texts[4], "label",
        texts[5], "verified", "sentence", texts[0], "label", texts[1], "facet", "value", texts[2],
        "label", texts[3]);
    check(o != NULL);
    write_cards(mem, o);
    write_pages(mem, o, texts, TEXTS);
    (void)publication_named(mem, "https://a.example", texts[0]);
    json_decref(o);
    talloc_free(mem);
    return 0;
}
