/* A profile without JavaScript: the same parts in the same order as the app's page. */
#include <string.h>

#include "directory/http/api/page_view.h"

static const char *value_of(const json_t *o, const char *name)
{
    return json_string_value(json_object_get(o, name));
}

static void add_topics(struct text *t, const json_t *profile, const char *kind, const char *title)
{
    const json_t *topics = json_object_get(json_object_get(profile, "topics"), kind), *topic;
    size_t i;

    if (json_array_size(topics) == 0)
        return;
    text_all(t, "<h2>", title, "</h2>\n<ul class=\"facets\">\n");
    json_array_foreach(topics, i, topic)
    {
        const char *id = value_of(topic, "id"), *label = value_of(topic, "label");
        if (id == NULL || label == NULL)
            continue;
        text_add(t, "<li><a href=\"/?topic=");
        text_url(t, id);
        text_add(t, "\">");
        text_html(t, label);
        text_add(t, "</a></li>\n");
    }
    text_add(t, "</ul>\n");
}

static void add_fact(struct text *t, const char *name, const char *value)
{
    if (value == NULL)
        return;
    text_all(t, "<div><dt>", name, "</dt><dd><bdi>");
    text_html(t, value);
    text_add(t, "</bdi></dd></div>\n");
}

/* The card in other programs' formats. */
static void add_cards(struct text *t, const char *handle)
{
    static const struct {
        const char *ending, *type, *label;
    } cards[] = {{"vcf", "text/vcard", "vCard"},
                 {"json", "application/jscontact+json", "JSContact"}};

    text_add(t, "<p>For your address book:");
    for (size_t i = 0; i < sizeof cards / sizeof cards[0]; i++) {
        text_add(t, " <a href=\"/api/v1/members/");
        text_url(t, handle);
        text_all(t, "/card.", cards[i].ending, "\" type=\"", cards[i].type, "\">", cards[i].label,
                 "</a>");
    }
    text_add(t, "</p>\n");
}

void page_view_profile(struct text *t, const json_t *profile)
{
    const char *name = value_of(profile, "shown_name"), *headline = value_of(profile, "headline");
    const char *about = value_of(profile, "about"), *handle = value_of(profile, "handle");
    const char *sentence = value_of(json_object_get(profile, "verified"), "sentence");

    text_add(t, "<h1><bdi>");
    text_html(t, name != NULL ? name : "");
    text_add(t, "</bdi></h1>\n");
    if (headline != NULL) {
        text_add(t, "<p><bdi>");
        text_html(t, headline);
        text_add(t, "</bdi></p>\n");
    }
    if (sentence != NULL) {
        text_add(t, "<p class=\"notice\">");
        text_html(t, sentence);
        text_add(t, "</p>\n");
    }
    add_topics(t, profile, "expertise", "Expertise");
    add_topics(t, profile, "offering", "Offers");
    add_topics(t, profile, "seeking", "Looks for");
    add_topics(t, profile, "interest", "Interests");
    if (about != NULL) {
        text_add(t, "<h2>About</h2>\n<p class=\"about\">");
        text_html(t, about);
        text_add(t, "</p>\n");
    }
    text_add(t, "<dl class=\"summary-list\">\n");
    add_fact(t, "Profession", value_of(profile, "title"));
    add_fact(t, "Organisation", value_of(profile, "organisation"));
    add_fact(t, "Place", value_of(profile, "place"));
    add_fact(t, "Country", value_of(profile, "country_name"));
    add_fact(t, "Languages", value_of(profile, "language_names"));
    text_add(t, "</dl>\n");
    if (handle != NULL)
        add_cards(t, handle);
}
