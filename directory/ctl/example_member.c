/* A member has a home among the topics: their role, words and most of their topics come from around
 * it, some from anywhere. Few topics have many members and many have few, as in life. */
#include "directory/ctl/example_member.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directory/base/utf8.h"
#include "directory/ctl/example_data.h"

enum { ORGANISATION_MAX = 160, TEXT_MAX = 600 };

struct dice {
    uint64_t state;
};

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t roll(struct dice *d)
{
    uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* A number below n, which is the length of some list or 100. */
static size_t below(struct dice *d, size_t n)
{
    assert(n > 0); /* no list of the example data is empty */
    return (size_t)(roll(d) % n);
}

static bool chance(struct dice *d, unsigned percent)
{
    return below(d, 100) < percent;
}

/* A number below n, small ones far more often. */
static size_t rarely_far(struct dice *d, size_t n)
{
    double u = (double)(roll(d) >> 11) / 9007199254740992.0;

    return (size_t)(u * u * u * (double)n);
}

static const char *any(struct dice *d, const char *const list[])
{
    size_t n = 0;

    while (list[n] != NULL)
        n++;
    return n > 0 ? list[below(d, n)] : "";
}

/* What is put for %1 to %4 of a template. */
struct words {
    const char *of[4];
};

/* Fill a template. */
static void fill(char *out, size_t size, const char *template, const struct words *w)
{
    size_t len = 0;

    for (; *template != '\0' && len + 1 < size; template ++) {
        if (*template != '%') {
            out[len++] = *template;
            continue;
        }
        const char *word = w->of[*++template - '1'];
        int put = snprintf(out + len, size - len, "%s", word);
        len += (size_t)put < size - len ? (size_t)put : size - len - 1;
    }
    while (!utf8_valid(out, len))
        len--; /* no half character at the end */
    out[len] = '\0';
}

static const struct example_country *any_country(struct dice *d)
{
    size_t all = 0, i = 0;

    for (size_t c = 0; c < example_countries_n; c++)
        all += example_countries[c].weight;
    for (size_t left = below(d, all); left >= example_countries[i].weight; i++)
        left -= example_countries[i].weight;
    return &example_countries[i];
}

/* A topic near home (they are sorted by subfield), or, one time in four, any. */
static const struct example_topic *any_topic(struct dice *d, size_t home,
                                             const struct example_topic topics[], size_t n)
{
    if (chance(d, 25))
        return &topics[(rarely_far(d, n) * 2654435761u) % n];
    return &topics[(home + rarely_far(d, 24)) % n];
}

static json_t *topic_list(struct dice *d, size_t most, size_t home,
                          const struct example_topic topics[], size_t n)
{
    json_t *list = json_array();
    size_t wanted = below(d, most + 1), i;
    const json_t *had;

    for (size_t k = 0; k < wanted; k++) {
        const char *id = any_topic(d, home, topics, n)->id;
        bool twice = false;
        json_array_foreach(list, i, had) twice = twice || strcmp(json_string_value(had), id) == 0;
        if (!twice)
            json_array_append_new(list, json_string(id));
    }
    return list;
}

static json_t *language_list(struct dice *d, const char *const languages[])
{
    json_t *list = json_array();

    for (size_t i = 0; languages[i] != NULL; i++)
        if (i == 0 || chance(d, 70))
            json_array_append_new(list, json_string(languages[i]));
    return list;
}

/* Three in five members are open to everyone; of those most fields are. */
static void set_tiers(struct dice *d, json_t *profile)
{
    static const char *const fields[] = {"headline", "about",   "organisation", "title",
                                         "country",  "place",   "languages",    "expertise",
                                         "interest", "seeking", "offering"};
    bool open = chance(d, 60);
    char name[40];

    json_object_set_new(profile, "shown_name_tier", json_string(open ? "public" : "members"));
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const char *tier = open && chance(d, 80) ? "public"
                           : chance(d, 92)       ? "members"
                           : chance(d, 50)       ? "contacts"
                                                 : "self";
        snprintf(name, sizeof name, "%s_tier", fields[i]);
        json_object_set_new(profile, name, json_string(tier));
    }
}

static void set_about(struct dice *d, json_t *profile, const struct words *w)
{
    char text[TEXT_MAX * 3] = "", sentence[TEXT_MAX];
    size_t n = 1 + below(d, 3), len = 0;

    for (size_t i = 0; i < n; i++) {
        fill(sentence, sizeof sentence, any(d, example_sentences), w);
        if (strstr(text, sentence) != NULL)
            continue; /* said already */
        int put = snprintf(text + len, sizeof text - len, "%s%s", len > 0 ? " " : "", sentence);
        len += (size_t)put;
    }
    json_object_set_new(profile, "about", json_string(text));
}

/* Name, role and place, in the words of the home topic. */
static json_t *profile_of(struct dice *d, const char *given, const char *family,
                          const struct example_country *country, const struct example_topic *home,
                          const struct example_topic *other)
{
    char organisation[ORGANISATION_MAX], headline[ORGANISATION_MAX], name[120];
    const char *city = any(d, country->cities), *title = any(d, example_titles);
    const struct words place = {{city, any(d, country->culture->family), home->subfield, ""}};
    const struct words role = {{title, home->label, home->subfield, ""}};

    snprintf(name, sizeof name, "%s %s", given, family);
    fill(organisation, sizeof organisation, any(d, example_organisations), &place);
    fill(headline, sizeof headline, any(d, example_headlines), &role);
    json_t *profile =
        json_pack("{ss ss ss}", "shown_name", name, "headline", headline, "country", country->code);
    if (chance(d, 90))
        json_object_set_new(profile, "title", json_string(title));
    if (chance(d, 90))
        json_object_set_new(profile, "organisation", json_string(organisation));
    if (chance(d, 85))
        json_object_set_new(profile, "place", json_string(city));
    if (chance(d, 75))
        set_about(d, profile, &(struct words){{home->label, other->label, city, organisation}});
    json_object_set_new(profile, "languages", language_list(d, country->languages));
    set_tiers(d, profile);
    return profile;
}

static int any_level(struct dice *d)
{
    size_t percent = below(d, 100);

    return percent < 15 ? 0 : percent < 40 ? 1 : percent < 80 ? 2 : 3;
}

json_t *example_member(uint64_t seed, uint64_t number, const struct example_topic topics[],
                       size_t n)
{
    struct dice d = {seed * UINT64_C(0x9e3779b97f4a7c15) + number * UINT64_C(0xd1b54a32d192ed03)};
    const struct example_country *country = any_country(&d);
    const char *given = any(&d, country->culture->given);
    const char *family = any(&d, country->culture->family);
    /* Homes are spread over the list, the popular ones not all in one corner of it. */
    size_t home = (rarely_far(&d, n) * 2654435761u) % n;
    char number_text[24];

    snprintf(number_text, sizeof number_text, "%llu-%llu", (unsigned long long)seed,
             (unsigned long long)number);
    json_t *profile =
        profile_of(&d, given, family, country, &topics[home], any_topic(&d, home, topics, n));
    json_t *sets =
        json_pack("{so so so so}", "expertise", topic_list(&d, 5, home, topics, n), "interest",
                  topic_list(&d, 4, home, topics, n), "seeking", topic_list(&d, 2, home, topics, n),
                  "offering", topic_list(&d, 2, home, topics, n));
    json_t *member = json_pack("{ss ss ss so so si si}", "number", number_text, "given", given,
                               "family", family, "profile", profile, "topics", sets, "level",
                               any_level(&d), "days", (int)below(&d, 900));
    return member;
}
