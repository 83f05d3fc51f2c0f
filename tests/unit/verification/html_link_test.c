/*
 * Links on a page that somebody else wrote: what counts as one, what only looks like one.
 */
#include "tests/unit/check.h"

#include "directory/domain/html_link.h"

static bool is_mine(const char *href, const void *which)
{
    return strcmp(href, which) == 0;
}

static bool links_octets(const char *html, size_t len)
{
    return html_links_to(html, len, "me", is_mine, "https://a.example/m/ada?x=1&y=2");
}

static bool links(const char *html)
{
    return links_octets(html, strlen(html));
}

#define HERE "https://a.example/m/ada?x=1&amp;y=2"

static void links_are_found_however_they_are_written(void **state)
{
    (void)state;
    assert_true(links("<a rel=\"me\" href=\"" HERE "\">"));
    assert_true(links("<A HREF='" HERE "' REL='nofollow  ME'>"));
    assert_true(links("<link\nrel=me\thref=" HERE ">"));
    assert_true(links("<link rel=me href=" HERE " />"));
    assert_true(links("<a title=\">\" rel = \"me\" href = \"" HERE "\">"));
    assert_true(links("<a rel=me href=\"https://a.example/m/ada?x=1&#38;y=2\">"));
    assert_true(links("<a rel=me href=\"https://a.example/m/ada?x=1&#x26;y=2\">"));
    assert_true(links("<a rel=me href=\"https://a.example/m/ada?x=1&y=2\">"));
    assert_true(links("< <a <a rel=me href=\"" HERE "\">")); /* an attribute with < in its name */
    assert_true(links("<!-- no --><p>x<br/><a rel=me href='" HERE "'>"));
    assert_true(links("<script>'<a'</script><a rel=me href='" HERE "'>"));
}

static void what_only_looks_like_a_link_is_none(void **state)
{
    (void)state;
    assert_false(links(""));
    assert_false(links("<"));
    assert_false(links("<a"));
    assert_false(links("<a rel=me href=\"" HERE));
    assert_false(links("<a rel=me href=\"" HERE "\""));
    assert_false(links("<a rel=\"some\" href=\"" HERE "\">"));
    assert_false(links("<ab rel=me href=\"" HERE "\">"));
    assert_false(links("</a rel=me href=\"" HERE "\">"));
    assert_false(links("<!-- <a rel=me href=\"" HERE "\"> -->"));
    assert_false(links("<!-- <a rel=me href=\"" HERE "\">"));
    assert_false(links("<script><a rel=me href=\"" HERE "\"></script>"));
    assert_false(links("<TITLE><a rel=me href=\"" HERE "\">"));
    assert_false(links("<a href=\"x\" rel=me href=\"" HERE "\">"));
    assert_false(links("<a rel=no rel=me href=\"" HERE "\">"));
    assert_false(links("<a title='<a rel=me href=\"" HERE "\">'>"));
}

static void octets_that_are_no_text_are_read_over(void **state)
{
    static const char page[] = "\0\xff<\0a><a\0rel=me x=\"\0\" href=\"" HERE "\">";

    (void)state;
    /* NUL ends a name, as white space does not: the tag above is called a, with an attribute. */
    (void)links_octets(page, sizeof page - 1);
    char longest[3 * HTML_LINK_MAX];
    memset(longest, 'x', sizeof longest);
    memcpy(longest, "<a rel=me href=\"", 16);
    memcpy(longest + sizeof longest - 2, "\">", 2);
    assert_false(links_octets(longest, sizeof longest));
}

static void a_long_page_takes_no_longer_than_its_length(void **state)
{
    enum { LEN = 256 * 1024 };
    static const char *const bricks[] = {"<a ",      "<!-", "<a rel=me href=\"x\" ",
                                         "<script>", "&#",  "<a '\""};
    char *page = malloc(LEN);

    (void)state;
    for (size_t b = 0; b < sizeof bricks / sizeof bricks[0]; b++) {
        size_t n = strlen(bricks[b]);
        for (size_t i = 0; i < LEN; i++)
            page[i] = bricks[b][i % n];
        assert_false(links_octets(page, LEN));
    }
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_are_found_however_they_are_written),
        cmocka_unit_test(what_only_looks_like_a_link_is_none),
        cmocka_unit_test(octets_that_are_no_text_are_read_over),
        cmocka_unit_test(a_long_page_takes_no_longer_than_its_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
