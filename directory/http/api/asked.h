/* A search in the body of a request, as several resources take it. */
#ifndef AGORA_HTTP_API_ASKED_H
#define AGORA_HTTP_API_ASKED_H

#include "directory/domain/search.h"
#include "directory/http/input.h"

/* The lists of a search, as input_json() gives them: JSON arrays of texts; NULL for none. */
struct asked_lists {
    const char *topics, *countries;
};

/* The members of the body that make a search, for a table of fields. */
#define ASKED_FIELDS(ask, lists)                                                                   \
    {"q", INPUT_TEXT, .max = 200, .out = &(ask)->q},                                               \
        {"topics", INPUT_TEXT_LIST, .items = 10, .max = 40, .out = &(lists)->topics},              \
        {"countries", INPUT_TEXT_LIST, .items = 20, .max = 2, .out = &(lists)->countries},         \
        {"level", INPUT_INT, .min = 0, .max = 4, .out = &(ask)->level},                            \
        {"near", INPUT_TEXT, .max = 100, .out = &(ask)->near},                                     \
    {                                                                                              \
        "km", INPUT_INT, .min = 1, .max = 2000, .out = &(ask)->km                                  \
    }

/**
 * Put the lists into the search.
 *
 * @param[in,out] ask topics and countries are set, owned by the request
 * @return AGORA_OK; AGORA_INTERNAL when memory ran out
 */
enum agora_status asked_lists(struct request *rq, const struct asked_lists *lists,
                              struct search_ask *ask) AGORA_CHECKED;

/**
 * Name the members of the body where the search was refused by the names of its parameters.
 *
 * @param s what the domain said
 * @return @a s
 */
enum agora_status asked_told(struct request *rq, enum agora_status s) AGORA_CHECKED;

#endif
