/* A member has a home among the topics: their role, words and most of their topics come from around
 * it, some from anywhere. Few topics have many members and many have few, as in life. */
#include "directory/ctl/example_member.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/utf8.h"
#include "directory/ctl/example_data.h"
#include "directory/ctl/example_dice.h"
#include "directory/ctl/example_name.h"

enum { ORGANISATION_MAX = 160, TEXT_MAX = 900, TOPICS_MOST = 8 };
enum { RARE_GIVEN = 12, RARE_FAMILY = 45 }; /* percent with a name that is in no list */

/* The millisecond that the ids of example members count from: 1 January 2025. */
#define EPOCH_MS UINT64_C(1735689600000)

enum example_kind { PERSON = 1, ACCOUNT = 2 };

struct example_set {
    uint64_t seed;
    const struct example_topic *topics;
    size_t topics_n;
    struct zipf *popular; /* of the topics */
};

struct example_set *example_set_new(void *mem, uint64_t seed, const struct example_topic topics[],
                                    size_t n)
{
    struct example_set *set = talloc(mem, struct example_set);

    if (set == NULL)
        return NULL;
    *set = (struct example_set){
        .seed = seed, .topics = topics, .topics_n = n, .popular = zipf_new(set, n)};
    return set->popular != NULL ? set : NULL;
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
    for (size_t left = dice_below(d, all); left >= example_countries[i].weight; i++)
        left -= example_countries[i].weight;
    return &example_countries[i];
}

/* The k-th most popular topic: they are spread over the list, not all in one corner of it. */
static size_t spread(const struct example_set *set, size_t k)
{
    return (k * 2654435761u) % set->topics_n;
}

/* A topic near home (they are sorted by subfield), or, one time in four, any. */
static const struct example_topic *any_topic(struct dice *d, size_t home,
                                             const struct example_set *set)
{
    enum { NEAR = 24 };
    double u = (double)(dice_roll(d) >> 11) / 9007199254740992.0;

    if (dice_chance(d, 25))
        return &set->topics[spread(set, zipf_any(set->popular, d))];
    return &set->topics[(home + (size_t)(u * u * u * NEAR)) % set->topics_n];
}

/* Up to @a most topics, each once, as an array of PostgreSQL's. */
static void put_topics(FILE *out, struct dice *d, size_t most, size_t home,
                       const struct example_set *set)
{
    const struct example_topic *had[TOPICS_MOST];
    size_t wanted = dice_below(d, most + 1), n = 0;

    for (size_t k = 0; k < wanted; k++) {
        const struct example_topic *topic = any_topic(d, home, set);
        bool twice = false;
        for (size_t i = 0; i < n; i++)
            twice = twice || had[i] == topic;
        if (!twice)
            had[n++] = topic;
    }
    fputs("\t{", out);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s%s", i > 0 ? "," : "", had[i]->id);
    putc('}', out);
}

static void put_languages(FILE *out, struct dice *d, const char *const languages[])
{
    fputs("\t{", out);
    for (size_t i = 0; languages[i] != NULL; i++)
        if (i == 0 || dice_chance(d, 70))
            fprintf(out, "%s%s", i > 0 ? "," : "", languages[i]);
    putc('}', out);
}

/* Who may see what: the name, then the fields and kinds of topics in the order of agora.profile.
 * Three in five members are open to everyone; of those most fields are. */
static void put_tiers(FILE *out, struct dice *d)
{
    enum { FIELDS = 11 };
    bool open = dice_chance(d, 60);

    fprintf(out, "\t{%s", open ? "public" : "members");
    for (size_t i = 0; i < FIELDS; i++) {
        const char *tier = open && dice_chance(d, 80) ? "public"
                           : dice_chance(d, 92)       ? "members"
                           : dice_chance(d, 50)       ? "contacts"
                                                      : "self";
        fprintf(out, ",%s", tier);
    }
    putc('}', out);
}

static void put_about(FILE *out, struct dice *d, const struct words *w)
{
    char text[TEXT_MAX * 3] = "", sentence[TEXT_MAX];
    size_t n = 1 + dice_below(d, 3), len = 0;

    for (size_t i = 0; i < n; i++) {
        fill(sentence, sizeof sentence, dice_any(d, example_sentences), w);
        if (strstr(text, sentence) != NULL)
            continue; /* said already */
        int put = snprintf(text + len, sizeof text - len, "%s%s", len > 0 ? " " : "", sentence);
        len += (size_t)put;
    }
    fprintf(out, "\t%s", text);
}

/* An id of version 7 (RFC 9562) that is always the same for a member: their number is its time. */
static void put_id(FILE *out, uint64_t seed, uint64_t number, enum example_kind kind)
{
    struct dice d = {seed * UINT64_C(0xd1b54a32d192ed03) ^ number << 8 ^ kind};
    uint64_t ms = EPOCH_MS + number, a = dice_roll(&d), b = dice_roll(&d);

    fprintf(out, "\t%08llx-%04llx-7%03llx-%04llx-%012llx", (unsigned long long)(ms >> 16),
            (unsigned long long)(ms & 0xffff), (unsigned long long)(a & 0xfff),
            (unsigned long long)(0x8000 | (a >> 12 & 0x3fff)),
            (unsigned long long)(b & UINT64_C(0xffffffffffff)));
}

/* @a text in so many of a hundred cases, else nothing. */
static void put_or_not(FILE *out, struct dice *d, unsigned percent, const char *text)
{
    fprintf(out, "\t%s", dice_chance(d, percent) ? text : "");
}

/* Name, role and place, in the words of the home topic. */
static void put_profile(FILE *out, struct dice *d, size_t home, const struct example_set *set)
{
    const struct example_country *country = any_country(d);
    const struct example_topic *topic = &set->topics[home], *other = any_topic(d, home, set);
    char given[EXAMPLE_NAME_MAX], family[EXAMPLE_NAME_MAX], founder[EXAMPLE_NAME_MAX];
    char organisation[ORGANISATION_MAX], headline[ORGANISATION_MAX];
    const char *city = dice_any(d, country->cities), *title = dice_any(d, example_titles);

    example_name(d, country->culture->given, RARE_GIVEN, given);
    example_name(d, country->culture->family, RARE_FAMILY, family);
    example_name(d, country->culture->family, RARE_FAMILY, founder);
    fill(organisation, sizeof organisation, dice_any(d, example_organisations),
         &(struct words){{city, founder, topic->subfield, ""}});
    fill(headline, sizeof headline, dice_any(d, example_headlines),
         &(struct words){{title, topic->label, topic->subfield, ""}});
    fprintf(out, "\t%s\t%s\t%s", given, family, headline);
    put_or_not(out, d, 90, title);
    put_or_not(out, d, 90, organisation);
    fprintf(out, "\t%s", country->code);
    put_or_not(out, d, 85, city);
    if (dice_chance(d, 75))
        put_about(out, d, &(struct words){{topic->label, other->label, city, organisation}});
    else
        putc('\t', out);
    put_languages(out, d, country->languages);
}

static int any_level(struct dice *d)
{
    size_t percent = dice_below(d, 100);

    return percent < 15 ? 0 : percent < 40 ? 1 : percent < 80 ? 2 : 3;
}

void example_member(FILE *out, const struct example_set *set, uint64_t number)
{
    struct dice d = {set->seed * UINT64_C(0x9e3779b97f4a7c15) +
                     number * UINT64_C(0xd1b54a32d192ed03)};
    size_t home = spread(set, zipf_any(set->popular, &d));

    fprintf(out, "%llu-%llu", (unsigned long long)set->seed, (unsigned long long)number);
    put_id(out, set->seed, number, PERSON);
    put_id(out, set->seed, number, ACCOUNT);
    put_profile(out, &d, home, set);
    put_tiers(out, &d);
    put_topics(out, &d, 5, home, set); /* expertise, interest, seeking, offering */
    put_topics(out, &d, 4, home, set);
    put_topics(out, &d, 2, home, set);
    put_topics(out, &d, 2, home, set);
    int level = any_level(&d), days = (int)dice_below(&d, 900);
    fprintf(out, "\t%d\t%d\n", level, days);
}
