/* What example members are made of: names, places, roles, sentences. Common given and family names
 * by language, put together at random; no one in particular is meant. */
#ifndef AGORA_CTL_EXAMPLE_DATA_H
#define AGORA_CTL_EXAMPLE_DATA_H

#include <stddef.h>

struct example_culture {
    const char *const *given; /* NULL after the last one, as in every list here */
    const char *const *family;
};

struct example_country {
    const char *code; /* ISO 3166-1 alpha-2 */
    const struct example_culture *culture;
    const char *const *languages; /* the first one is spoken by all */
    const char *const *cities;
    unsigned weight; /* how many members, against the others */
};

extern const struct example_country example_countries[];
extern const size_t example_countries_n;

extern const char *const example_titles[];
/* Organisations: %1 a city, %2 a family name, %3 a subfield. */
extern const char *const example_organisations[];
/* Headlines: %1 a title, %2 a topic, %3 a subfield. */
extern const char *const example_headlines[];
/* Sentences about oneself: %1 a topic, %2 another one, %3 a city, %4 an organisation. */
extern const char *const example_sentences[];

#endif
