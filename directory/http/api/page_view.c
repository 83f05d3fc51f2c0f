/* The search: form, results, facets. An address is always the whole search, so that every page can
 * be linked to and the browser's back works. */
#include "directory/http/api/page_view.h"

#include <string.h>

static const char *value_of(const json_t *o, const char *name)
{
    return json_string_value(json_object_get(o, name));
}

/* The operators that people use most, with what they find. */
static const struct {
    const char *operator, * finds;
} operators[] = {
    {"skill:bridges", "people who know a topic, or a narrower one"},
    {"skill:=bridges", "that topic alone"},
    {"interest: seeks: offers:", "topics people follow, look for, offer"},
    {"org:university", "where they work"},
    {"in:bern", "where they are"},
    {"lang:fr", "languages they work in"},
    {"level:2", "how far their identity was checked, at least"},
    {"about:\"field trial\"", "words of what they write about themselves"},
    {"\"exact words\"  -without  one OR other", "as they say"},
};

static void add_help(struct text *t)
{
    text_add(t, "<details><summary>What can be typed</summary>\n<dl class=\"operators\">\n");
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        text_add(t, "<div><dt><code>");
        text_html(t, operators[i].operator);
        text_add(t, "</code></dt><dd>");
        text_html(t, operators[i].finds);
        text_add(t, "</dd></div>\n");
    }
    text_add(t, "</dl></details>\n");
}

static void add_hidden(struct text *t, const char *name, const char *value)
{
    text_all(t, "<input type=\"hidden\" name=\"", name, "\" value=\"");
    text_html(t, value);
    text_add(t, "\">\n");
}

void page_view_form(struct text *t, const struct search_ask *ask, const struct page_place *place)
{
    text_all(t, "<form role=\"search\" action=\"", place->path, "\" method=\"get\">\n");
    text_add(t, "<p class=\"field\"><label for=\"q\">Name, profession or topic</label>\n"
                "<input class=\"input\" id=\"q\" name=\"q\" type=\"search\" maxlength=\"200\" "
                "value=\"");
    text_html(t, ask->q != NULL ? ask->q : "");
    text_add(t, "\"></p>\n");
    for (size_t i = 0; i < ask->topics_n; i++)
        add_hidden(t, "topic", ask->topics[i]);
    for (size_t i = 0; i < ask->countries_n; i++)
        add_hidden(t, "country", ask->countries[i]);
    if (ask->level != NULL)
        add_hidden(t, "level", ask->level);
    if (ask->near != NULL)
        add_hidden(t, "near", ask->near);
    if (ask->km != NULL)
        add_hidden(t, "km", ask->km);
    text_add(t, "<p><button class=\"button primary\">Search</button></p>\n");
    add_help(t);
    text_add(t, "</form>\n");
}

void page_view_fault(struct text *t, const char *sentence)
{
    text_add(t, "<p class=\"notice warn\" role=\"alert\">");
    text_html(t, sentence);
    text_add(t, "</p>\n");
}

/* One parameter of an address; the first begins the query. */
static void add_parameter(struct text *t, bool *any, const char *name, const char *value)
{
    text_all(t, *any ? "&amp;" : "?", name, "=");
    text_url(t, value);
    *any = true;
}

/* The values of a list with or without one of them: the other of what it is now. */
static void add_list(struct text *t, bool *any, const char *name, const char *const values[],
                     size_t n, const char *toggled)
{
    bool had = false;

    for (size_t i = 0; i < n; i++) {
        bool this = toggled != NULL && strcmp(values[i], toggled) == 0;
        had = had || this;
        if (!this)
            add_parameter(t, any, name, values[i]);
    }
    if (toggled != NULL && !had)
        add_parameter(t, any, name, toggled);
}

/* The address of this search with one value of a facet turned, or another cursor. */
static void add_address(struct text *t, const struct search_ask *ask,
                        const struct page_place *place, const char *facet, const char *value,
                        const char *cursor)
{
    bool any = false, by_level = facet != NULL && strcmp(facet, "level") == 0;
    bool same = by_level && ask->level != NULL && strcmp(ask->level, value) == 0;
    const char *topic = facet != NULL && strcmp(facet, "topic") == 0 ? value : NULL;
    const char *country = facet != NULL && strcmp(facet, "country") == 0 ? value : NULL;
    const char *level = by_level ? same ? NULL : value : ask->level;

    text_add(t, place->path);
    if (ask->q != NULL)
        add_parameter(t, &any, "q", ask->q);
    add_list(t, &any, "topic", ask->topics, ask->topics_n, topic);
    add_list(t, &any, "country", ask->countries, ask->countries_n, country);
    if (level != NULL)
        add_parameter(t, &any, "level", level);
    if (ask->near != NULL)
        add_parameter(t, &any, "near", ask->near);
    if (ask->km != NULL)
        add_parameter(t, &any, "km", ask->km);
    if (cursor != NULL)
        add_parameter(t, &any, "cursor", cursor);
    if (!any)
        add_parameter(t, &any, "all", "1");
}

static bool is_chosen(const struct search_ask *ask, const char *facet, const char *value)
{
    if (strcmp(facet, "level") == 0)
        return ask->level != NULL && strcmp(ask->level, value) == 0;
    bool topics = strcmp(facet, "topic") == 0;
    const char *const *values = topics ? ask->topics : ask->countries;
    size_t n = topics ? ask->topics_n : ask->countries_n;
    for (size_t i = 0; i < n; i++)
        if (strcmp(values[i], value) == 0)
            return true;
    return false;
}

static void add_value(struct text *t, const json_t *one, const char *facet,
                      const struct search_ask *ask, const struct page_place *place)
{
    const char *value = value_of(one, "value"), *label = value_of(one, "label");
    const json_t *count = json_object_get(one, "count");

    if (value == NULL || label == NULL)
        return;
    text_add(t, "<li><a href=\"");
    add_address(t, ask, place, facet, value, NULL);
    text_add(t, is_chosen(ask, facet, value) ? "\" aria-current=\"true\">" : "\">");
    text_html(t, label);
    text_add(t, "</a>");
    if (count != NULL) {
        char number[32];
        snprintf(number, sizeof number, " (%lld)", (long long)json_integer_value(count));
        text_add(t, number);
    }
    text_add(t, "</li>\n");
}

static void add_facets(struct text *t, const json_t *page, const struct search_ask *ask,
                       const struct page_place *place)
{
    static const struct {
        const char *name, *title;
    } facets[] = {{"topic", "Topics"}, {"country", "Countries"}, {"level", "Verified"}};
    const json_t *all = json_object_get(page, "facets"), *one;
    size_t at;

    for (size_t i = 0; i < sizeof facets / sizeof facets[0]; i++) {
        const json_t *values = json_object_get(all, facets[i].name);
        if (json_array_size(values) == 0)
            continue;
        text_all(t, "<nav aria-label=\"", facets[i].title, "\">\n<h2>", facets[i].title,
                 "</h2>\n<ul class=\"facets\">\n");
        json_array_foreach(values, at, one)
        {
            add_value(t, one, facets[i].name, ask, place);
        }
        text_add(t, "</ul>\n</nav>\n");
    }
}

/* One line of a card, when there is something for it. */
static void add_line(struct text *t, const char *class, const char *value)
{
    if (value == NULL)
        return;
    text_all(t, "<p class=\"", class, "\"><bdi>");
    text_html(t, value);
    text_add(t, "</bdi></p>\n");
}

static void add_card(struct text *t, const json_t *card, const struct page_place *place)
{
    const char *handle = value_of(card, "handle"), *name = value_of(card, "shown_name");
    const json_t *why = json_object_get(card, "why"), *reason;
    size_t i;

    if (handle == NULL || name == NULL)
        return;
    text_add(t, "<li>\n<h3><a href=\"/m/");
    text_url(t, handle);
    text_add(t, place->framed ? "\" target=\"_top\"><bdi>" : "\"><bdi>");
    text_html(t, name);
    text_add(t, "</bdi></a></h3>\n");
    add_line(t, "", value_of(card, "headline"));
    add_line(t, "muted", value_of(card, "organisation"));
    add_line(t, "muted", value_of(card, "place"));
    add_line(t, "muted", value_of(json_object_get(card, "verified"), "label"));
    json_array_foreach(why, i, reason)
    {
        add_line(t, "muted why", json_string_value(reason));
    }
    text_add(t, "</li>\n");
}

static void add_total(struct text *t, const json_t *page)
{
    const json_t *total = json_object_get(page, "total");
    long long count = (long long)json_integer_value(json_object_get(total, "count"));
    bool exact = json_is_true(json_object_get(total, "exact"));
    char line[80];

    snprintf(line, sizeof line, "%lld%s %s found", count, exact ? "" : " or more",
             count == 1 ? "member" : "members");
    text_all(t, "<h2 id=\"found\">", count == 0 ? "Nobody was found" : line, "</h2>\n");
}

void page_view_results(struct text *t, const json_t *page, const struct search_ask *ask,
                       const struct page_place *place)
{
    const json_t *items = json_object_get(page, "items"), *card;
    const char *next = value_of(page, "next");
    size_t i;

    add_total(t, page);
    if (json_array_size(items) == 0)
        text_add(t, "<p>Only members who show themselves to everybody are found here. Try fewer or "
                    "other words.</p>\n");
    text_add(t, "<ol class=\"people\" aria-labelledby=\"found\">\n");
    json_array_foreach(items, i, card)
    {
        add_card(t, card, place);
    }
    text_add(t, "</ol>\n");
    if (next != NULL) {
        text_add(t, "<p><a class=\"button\" rel=\"next\" href=\"");
        add_address(t, ask, place, NULL, NULL, next);
        text_add(t, "\">Next page</a></p>\n");
    }
    add_facets(t, page, ask, place);
}
