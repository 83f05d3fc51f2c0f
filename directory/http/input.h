/* Input, declared rather than parsed: a table of fields says what a body, a form or a query may
 * hold, and one call checks it all. Every value comes out as text, the way a statement takes it.
 *
 *     const char *why, *topic, *kind;
 *     const struct input_field fields[] = {
 *         {"why", INPUT_MULTILINE, .required = true, .min = 1, .max = 280, .out = &why},
 *         {"topic", INPUT_UUID, .out = &topic},
 *         {"kind", INPUT_CHOICE, .choices = "ask offer", .required = true, .out = &kind},
 *     };
 *     enum agora_status s = INPUT_JSON_BODY(rq, fields);
 */
#ifndef AGORA_HTTP_INPUT_H
#define AGORA_HTTP_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "directory/http/request.h"

enum input_type {
    INPUT_TEXT,      /* one line: no control characters; trimmed of white space at its ends */
    INPUT_MULTILINE, /* line feeds and tabs too; CR LF becomes LF */
    INPUT_SECRET,    /* a password or code: as it is, control characters refused */
    INPUT_EMAIL,     /* something@something, at most 254 characters, lower-cased */
    INPUT_BOOL,      /* "true" or "false" */
    INPUT_INT,       /* whole number from min to max */
    INPUT_UUID,      /* 8-4-4-4-12, lower-cased */
    INPUT_LANG,      /* BCP 47 in the form ll or ll-Xxxx… */
    INPUT_COUNTRY,   /* ISO 3166-1 alpha-2, upper-cased */
    INPUT_DATE,      /* YYYY-MM-DD, a day that exists */
    INPUT_URL,       /* https:// or http://, at most max characters */
    INPUT_CHOICE,    /* one of the words in choices */
    INPUT_JSON,      /* any value, as compact JSON text; JSON bodies only */
    INPUT_TEXT_LIST, /* list of INPUT_TEXT, as a JSON array; in a query or form the parameter
                        repeats */
};

struct input_field {
    const char *name;     /* member, or parameter of a query or form */
    enum input_type type; /* what it must be */
    bool required;        /* must be there (and not null) */
    bool nullable;        /* JSON null is taken: out is NULL, given is true */
    long min, max; /* characters (code points) of a text or of each item; bounds of a number; max 0
                      stands for 1,000 characters, or any number */
    long items;    /* INPUT_TEXT_LIST: how many at most; 0 stands for 100 */
    const char *choices; /* INPUT_CHOICE: the words, separated by single spaces */
    const char **out; /* where the text goes, owned by the request; NULL when absent, or when only
                         the check is wanted */
    bool *given;      /* whether it was there at all (merge patch); NULL when not wanted */
};

/**
 * Parse the body as a JSON object and check it. All fields at fault are told apart by their
 * pointer; the first one is reported.
 *
 * @param rq     request
 * @param fields what the object may hold
 * @param n      how many
 * @return AGORA_OK; AGORA_MALFORMED for broken JSON, invalid UTF-8, a repeated member or nesting
 * beyond 32; AGORA_INVALID_FIELD with the pointer for an unknown member or a value that breaks its
 * rule
 */
enum agora_status input_json(struct request *rq, const struct input_field fields[],
                             size_t n) AGORA_CHECKED;

/**
 * input_json() that also gives the whole checked object, for a SQL function that takes it whole
 * (merge patch: absent is unchanged, null is cleared).
 *
 * @param fields      NULL, with n 0, for an object whose names are data: that function checks them
 * @param[out] object compact JSON text, owned by the request
 */
enum agora_status input_json_whole(struct request *rq, const struct input_field fields[], size_t n,
                                   const char **object) AGORA_CHECKED;

/** The same check for an application/x-www-form-urlencoded body (ROUTE_FORM). */
enum agora_status input_form(struct request *rq, const struct input_field fields[],
                             size_t n) AGORA_CHECKED;

/**
 * The same check for the query. An empty value counts as absent.
 *
 * @return AGORA_OK; AGORA_MALFORMED for an unknown or repeated parameter; AGORA_INVALID_FIELD
 */
enum agora_status input_query(struct request *rq, const struct input_field fields[],
                              size_t n) AGORA_CHECKED;

#define INPUT_COUNT(fields)         (sizeof(fields) / sizeof((fields)[0]))
#define INPUT_JSON_BODY(rq, fields) input_json((rq), (fields), INPUT_COUNT(fields))
#define INPUT_FORM_BODY(rq, fields) input_form((rq), (fields), INPUT_COUNT(fields))
#define INPUT_QUERY(rq, fields)     input_query((rq), (fields), INPUT_COUNT(fields))

#endif
