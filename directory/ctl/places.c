/* Import of places, a line each: id, kind, country, region, lat, lon, population, name, and other
 * names with | between them. A region stands above its cities. The file is checked whole before the
 * database hears of it, and goes in by one transaction. */
#include "directory/ctl/places.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "directory/base/csv.h"
#include "directory/base/file.h"
#include "directory/base/utf8.h"
#include "directory/db/db.h"
#include "directory/domain/place.h"

enum { ID, KIND, COUNTRY, REGION, LAT, LON, POPULATION, NAME, NAMES, COLUMNS };
enum { FILE_MAX = 64 * 1024 * 1024, BATCH = 10000, FAULTS_SHOWN = 20, NAME_MAX_LEN = 100 };

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS   "0123456789"

static const char first_line[] = "id,kind,country,region,lat,lon,population,name,names";

struct import {
    struct command_call *call;
    const char *path;
    bool dry;
    json_t *places;
    json_t *seen; /* ids to kinds */
    size_t faults;
};

static void fault(struct import *i, size_t line, const char *what)
{
    if (i->faults++ < FAULTS_SHOWN)
        fprintf(stderr, "%s:%zu: %s\n", i->path, line, what);
}

/* Whether the whole text is a number between two others. */
static bool number_within(const char *text, double least, double most, double *out)
{
    char *end;

    errno = 0;
    *out = strtod(text, &end);
    return errno == 0 && end != text && *end == '\0' && isfinite(*out) && *out >= least &&
           *out <= most;
}

static bool is_country(const char *code)
{
    return strlen(code) == 2 && strspn(code, CAPITALS) == 2;
}

/* Whether an id is one of its kind: 2657896, CH.ZH, CH. */
static bool is_id(const char *id, const char *kind, const char *country)
{
    if (strcmp(kind, "city") == 0)
        return strlen(id) <= 10 && id[0] != '0' && strspn(id, DIGITS) == strlen(id);
    if (strncmp(id, country, 2) != 0)
        return false;
    if (strcmp(kind, "country") == 0)
        return id[2] == '\0';
    size_t len = id[2] == '.' ? strlen(id + 3) : 0;
    return len >= 1 && len <= 10 && strspn(id + 3, CAPITALS DIGITS "-") == len;
}

static bool is_name(const char *name, size_t len)
{
    size_t characters = 0;

    for (size_t i = 0; i < len; i++)
        characters += ((unsigned char)name[i] & 0xc0) != 0x80; /* those that begin one */
    return characters >= 1 && characters <= NAME_MAX_LEN && utf8_valid(name, len);
}

static const char *wrong_with(const struct import *i, const struct csv *csv, double numbers[3])
{
    const char *const *f = csv->fields;

    if (csv->error != NULL)
        return csv->error;
    if (csv->n != COLUMNS)
        return "there must be nine fields";
    if (strcmp(f[KIND], "city") != 0 && strcmp(f[KIND], "region") != 0 &&
        strcmp(f[KIND], "country") != 0)
        return "a kind is city, region or country";
    if (!is_country(f[COUNTRY]))
        return "a country is two capital letters";
    if (f[ID][0] == '\0' || !is_id(f[ID], f[KIND], f[COUNTRY]))
        return "this is not an id: a number for a city, CH.ZH for a region, CH for a country";
    if (json_object_get(i->seen, f[ID]) != NULL)
        return "this id is on an earlier line";
    const char *above = json_string_value(json_object_get(i->seen, f[REGION]));
    if (f[REGION][0] != '\0' &&
        (strcmp(f[KIND], "city") != 0 || above == NULL || strcmp(above, "region") != 0))
        return "the region must be on an earlier line, and that of a city";
    if (!number_within(f[LAT], -90, 90, &numbers[0]) ||
        !number_within(f[LON], -180, 180, &numbers[1]))
        return "latitude and longitude are degrees";
    if (!number_within(f[POPULATION], 0, 1e10, &numbers[2]))
        return "the population is a number";
    return is_name(f[NAME], strlen(f[NAME])) ? NULL : "a name has 1 to 100 characters of UTF-8";
}

/* The other names as a list. @return NULL when one of them cannot be */
static json_t *names_of(const char *text)
{
    json_t *names = json_array();

    while (*text != '\0') {
        size_t len = strcspn(text, "|");
        if (!is_name(text, len)) {
            json_decref(names);
            return NULL;
        }
        json_array_append_new(names, json_stringn(text, len));
        text += len + (text[len] == '|');
    }
    return names;
}

static void take_record(struct import *i, const struct csv *csv)
{
    double numbers[3] = {0};
    const char *wrong = wrong_with(i, csv, numbers);
    const char *const *f = csv->fields;
    json_t *names = wrong == NULL ? names_of(f[NAMES]) : NULL;

    if (wrong == NULL && names == NULL)
        wrong = "each of the names has 1 to 100 characters of UTF-8";
    if (wrong != NULL) {
        fault(i, csv->begun, wrong);
        return;
    }
    json_object_set_new(i->seen, f[ID], json_string(f[KIND]));
    json_array_append_new(i->places,
                          json_pack("{ss ss ss ss* sf sf sI ss so}", "id", f[ID], "kind", f[KIND],
                                    "country", f[COUNTRY], "region",
                                    f[REGION][0] != '\0' ? f[REGION] : NULL, "lat", numbers[0],
                                    "lon", numbers[1], "population", (json_int_t)numbers[2], "name",
                                    f[NAME], "names", names));
}

static enum agora_status read_all(struct import *i)
{
    struct work *w = i->call->work;
    size_t head = sizeof first_line - 1;
    struct csv csv;
    char *text;
    enum agora_status s = file_read(w->mem, i->path, FILE_MAX, &text, NULL, &w->error);

    if (s != AGORA_OK)
        return s;
    bool good = strncmp(text, first_line, head) == 0 && strchr("\r\n", text[head]) != NULL;
    csv_begin(&csv, text);
    if (!good)
        fault(i, 1, "the first line must be: id,kind,country,region,lat,lon,population,name,names");
    good = good && csv_next(&csv);
    while (good && csv_next(&csv))
        take_record(i, &csv);
    if (i->faults > 0)
        return error_set(&w->error, AGORA_INVALID_FIELD, NULL,
                         "%zu lines are wrong; nothing was imported.", i->faults);
    if (json_array_size(i->places) == 0)
        return error_set(&w->error, AGORA_INVALID_FIELD, NULL,
                         "%s has no places below its first line; nothing was imported.", i->path);
    return AGORA_OK;
}

static const char *kind_at(const struct import *i, size_t n)
{
    return json_string_value(json_object_get(json_array_get(i->places, n), "kind"));
}

/* Where the batch that begins at a place ends: a kind's first place begins a new one, so that the
 * regions of cities are there before them. */
static size_t batch_end(const struct import *i, size_t from)
{
    size_t to = from + 1;

    while (to < json_array_size(i->places) && to < from + BATCH &&
           strcmp(kind_at(i, to), kind_at(i, from)) == 0)
        to++;
    return to;
}

/* Part of the list as one batch. */
static enum agora_status send_batch(struct import *i, size_t from, size_t to, int64_t total[2])
{
    struct work *w = i->call->work;
    json_t *part = json_array();
    int64_t added = 0, changed = 0;

    for (size_t n = from; n < to; n++)
        json_array_append(part, json_array_get(i->places, n));
    char *text = json_dumps(part, JSON_COMPACT);
    json_decref(part);
    if (text == NULL)
        return work_out_of_memory(w);
    enum agora_status s = place_import(w, text, &added, &changed);
    free(text);
    total[0] += added;
    total[1] += changed;
    return s;
}

static enum agora_status send_batches(struct import *i, int64_t total[2])
{
    size_t all = json_array_size(i->places);
    bool seen = isatty(STDERR_FILENO);
    enum agora_status s = AGORA_OK;

    for (size_t from = 0, to; s == AGORA_OK && from < all; from = to) {
        to = batch_end(i, from);
        s = send_batch(i, from, to, total);
        if (seen)
            fprintf(stderr, "\rplaces: %zu of %zu ", to, all);
    }
    if (seen)
        fputc('\n', stderr);
    return s;
}

static enum agora_status send_all(struct import *i)
{
    struct work *w = i->call->work;
    int64_t total[2] = {0, 0};
    enum agora_status s = db_begin(w);

    if (s != AGORA_OK)
        return s;
    s = send_batches(i, total);
    if (s == AGORA_OK)
        s = place_close(w);
    if (s != AGORA_OK || i->dry)
        db_rollback(w);
    else
        s = db_commit(w);
    if (s == AGORA_OK)
        printf("%zu places: %s%lld new, %lld changed\n", json_array_size(i->places),
               i->dry ? "would be " : "", (long long)total[0], (long long)total[1]);
    return s;
}

enum agora_status ctl_places_import(struct command_call *call)
{
    bool dry = call->argc == 2 && strcmp(call->argv[0], "--dry-run") == 0;
    struct import i = {.call = call, .dry = dry};

    if (call->argc != 1 + dry || call->argv[call->argc - 1][0] == '-')
        return error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);
    i.path = call->argv[call->argc - 1];
    i.places = json_array();
    i.seen = json_object();
    enum agora_status s = read_all(&i);
    if (s == AGORA_OK)
        s = send_all(&i);
    json_decref(i.places);
    json_decref(i.seen);
    return s;
}
