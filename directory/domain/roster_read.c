/* Reading a list: which column is which, then record by record, in batches of a transaction each,
 * so that progress shows and a worker that dies loses little. A record that is wrong is a fault
 * with its line and a reason, never the values, and does not keep the others out. */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "directory/base/csv.h"
#include "directory/base/utf8.h"
#include "directory/db/db.h"
#include "directory/domain/roster.h"

#define LEASE_S "120"

enum { BATCH = 2000, TEXT_MAX = 100, NUMBER_MAX = 60, FAULTS_MAX = 100000 };
enum { NUMBER, GIVEN_NAME, FAMILY_NAME, BIRTHDATE, STATUS, EXPIRES_ON, GRADE, SINCE, FIELDS };

/* Fields with the names that their columns often have, in lower case without spaces and signs. */
static const struct {
    const char *name;
    const char *usual; /* separated by single spaces */
} fields[FIELDS] = {
    [NUMBER] = {"number", "number no memberno membernumber membershipno membershipnumber memberid "
                          "licenceno licencenumber licensenumber registrationnumber nummer "
                          "mitgliedsnummer id"},
    [GIVEN_NAME] = {"given_name", "givenname givennames firstname firstnames forename forenames "
                                  "vorname vornamen"},
    [FAMILY_NAME] = {"family_name", "familyname lastname surname nachname familienname name"},
    [BIRTHDATE] = {"birthdate", "birthdate dateofbirth dob birthday geburtsdatum geburtstag"},
    [STATUS] = {"status", "status licencestatus licensestatus membershipstatus state"},
    [EXPIRES_ON] = {"expires_on", "expireson expires expirydate validuntil paiduntil ablauf "
                                  "gueltigbis"},
    [GRADE] = {"grade", "grade membergrade membershipgrade membershiptype category class "
                        "mitgliedsart"},
    [SINCE] = {"since", "since membersince joined joinedon datejoined joindate startdate "
                        "mitgliedseit eintritt eintrittsdatum"},
};

struct reading {
    struct work *w;
    const char *id;
    struct csv csv;
    const char *begin; /* of the file */
    size_t len;
    int column[FIELDS]; /* of each field; -1 for none */
    bool numbered;      /* a number is needed: of all but sanctions */
    json_t *rows, *faults;
    size_t lines, lines_all, faults_all;
    bool gone; /* discarded meanwhile */
};

/* A header as it is compared: letters and digits, lower case. */
static void plain_header(const char *text, char out[64])
{
    size_t n = 0;

    for (; *text != '\0' && n < 63; text++)
        if (isalnum((unsigned char)*text) || (unsigned char)*text >= 0x80)
            out[n++] = (char)tolower((unsigned char)*text);
    out[n] = '\0';
}

static bool is_word_of(const char *word, const char *list)
{
    size_t len = strlen(word);

    for (const char *at = list; len > 0 && (at = strstr(at, word)) != NULL; at += len)
        if ((at == list || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return true;
    return false;
}

/* The column of a field: the one the mapping names, else the first with a usual name. */
static int find_column(const struct csv *head, const json_t *mapping, int field)
{
    const char *named = json_string_value(json_object_get(mapping, fields[field].name));
    char plain[64];

    for (size_t c = 0; c < head->n; c++) {
        plain_header(head->fields[c], plain);
        if (named != NULL ? strcmp(head->fields[c], named) == 0
                          : is_word_of(plain, fields[field].usual))
            return (int)c;
    }
    return -1;
}

/* Find the columns. @return what is wrong with the file, or NULL */
static const char *find_columns(struct reading *r, const json_t *mapping)
{
    if (!csv_next(&r->csv))
        return "The file is empty.";
    if (r->csv.error != NULL)
        return talloc_asprintf(r->w->mem, "The first line cannot be read: %s.", r->csv.error);
    for (int f = 0; f < FIELDS; f++) {
        r->column[f] = find_column(&r->csv, mapping, f);
        if (r->column[f] < 0 && json_object_get(mapping, fields[f].name) != NULL)
            return talloc_asprintf(r->w->mem, "The first line has no column \"%s\".",
                                   json_string_value(json_object_get(mapping, fields[f].name)));
        bool needed = f == GIVEN_NAME || f == FAMILY_NAME || (f == NUMBER && r->numbered);
        if (needed && r->column[f] < 0)
            return talloc_asprintf(r->w->mem,
                                   "No column of the first line is the %s. Say which one it is.",
                                   fields[f].name);
    }
    return NULL;
}

/* Which columns were found, as a mapping: kept with the import and for the next one. */
static enum agora_status keep_columns(struct reading *r, const char **mapping)
{
    json_t *found = json_object();

    for (int f = 0; f < FIELDS; f++)
        if (r->column[f] >= 0)
            json_object_set_new(found, fields[f].name, json_string(r->csv.fields[r->column[f]]));
    char *text = json_dumps(found, JSON_COMPACT);
    json_decref(found);
    *mapping = text != NULL ? talloc_strdup(r->w->mem, text) : NULL;
    free(text);
    return *mapping != NULL ? AGORA_OK : work_out_of_memory(r->w);
}

static void trim(char *text)
{
    size_t from = strspn(text, " \t\r\n"), len = strlen(text);

    while (len > from && strchr(" \t\r\n", text[len - 1]) != NULL)
        len--;
    memmove(text, text + from, len - from);
    text[len - from] = '\0';
}

static bool day_exists(int year, int month, int day)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return year >= 1880 && year <= 2200 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days[month - 1] && (month != 2 || day <= 28 + leap);
}

/* A number of so many digits at most; *at is left behind it. @return -1 when there is none */
static int read_digits(const char **at, int most)
{
    int n = 0, value = 0;

    for (; n < most && isdigit((unsigned char)**at); n++)
        value = 10 * value + (*(*at)++ - '0');
    return n > 0 ? value : -1;
}

/* YYYY-MM-DD, DD.MM.YYYY or DD/MM/YYYY into YYYY-MM-DD; month first is not guessed at. */
static bool read_day(const char *text, char out[40])
{
    bool year_first = strcspn(text, "-./") == 4;
    const char *at = text;
    int first = read_digits(&at, year_first ? 4 : 2);
    char between = *at;

    if (first < 0 || between == '\0' || strchr(year_first ? "-" : "./", between) == NULL)
        return false;
    at++;
    int month = read_digits(&at, 2);
    if (month < 0 || *at++ != between)
        return false;
    int last = read_digits(&at, year_first ? 2 : 4);
    int year = year_first ? first : last, day = year_first ? last : first;
    if (*at != '\0' || !day_exists(year, month, day))
        return false;
    snprintf(out, 40, "%04d-%02d-%02d", year, month, day);
    return true;
}

static bool has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return true;
    return false;
}

/* One field into the row. @return what is wrong, or NULL */
static const char *take_field(const struct reading *r, int f, json_t *row)
{
    char *text, day[40];
    int column = r->column[f];

    if (column < 0)
        return NULL;
    if ((size_t)column >= r->csv.n)
        return "It has fewer fields than the first line.";
    text = (char *)(uintptr_t)r->csv.fields[column]; /* cut out of our own copy of the file */
    if (!utf8_valid(text, strlen(text)))
        return "A field is not UTF-8. Save the file as UTF-8.";
    trim(text);
    if (has_control(text))
        return "A field has a control character or a line break in it.";
    if (utf8_length(text) > (f == NUMBER ? NUMBER_MAX : TEXT_MAX))
        return f == NUMBER ? "The number is longer than 60 characters."
                           : "A field is longer than 100 characters.";
    if (*text == '\0')
        return f == NUMBER && r->numbered ? "The number is missing."
               : f == FAMILY_NAME         ? "The family name is missing."
                                          : NULL;
    if (f == BIRTHDATE || f == EXPIRES_ON || f == SINCE) {
        if (!read_day(text, day))
            return "A date is not one: write YYYY-MM-DD or DD.MM.YYYY.";
        text = day;
    }
    json_object_set_new(row, fields[f].name, json_string(text));
    return NULL;
}

static void add_fault(struct reading *r, const char *reason)
{
    if (r->faults_all++ < FAULTS_MAX)
        json_array_append_new(r->faults,
                              json_pack("{si ss}", "line", (int)r->csv.begun, "reason", reason));
}

/* No letter and no digit is no number. */
static bool is_blank_number(const json_t *row)
{
    const char *number = json_string_value(json_object_get(row, fields[NUMBER].name));

    for (; number != NULL && *number != '\0'; number++)
        if (isalnum((unsigned char)*number))
            return false;
    return true;
}

static void take_record(struct reading *r)
{
    const char *wrong = NULL;
    json_t *row = json_pack("{si}", "line", (int)r->csv.begun);

    r->lines++;
    r->lines_all++;
    if (r->csv.error != NULL)
        wrong = talloc_asprintf(r->w->mem, "It cannot be read: %s.", r->csv.error);
    for (int f = 0; wrong == NULL && f < FIELDS; f++)
        wrong = take_field(r, f, row);
    if (wrong == NULL && r->numbered && is_blank_number(row))
        wrong = "The number has no letter and no digit.";
    if (wrong == NULL) {
        json_array_append_new(r->rows, row);
        return;
    }
    add_fault(r, wrong);
    json_decref(row);
}

static enum agora_status send_batch(struct reading *r)
{
    struct db_result *kept;
    char lines[24], octets[24];
    char *rows = json_dumps(r->rows, JSON_COMPACT), *faults = json_dumps(r->faults, JSON_COMPACT);
    enum agora_status s = rows != NULL && faults != NULL ? AGORA_OK : work_out_of_memory(r->w);

    snprintf(lines, sizeof lines, "%zu", r->lines);
    snprintf(octets, sizeof octets, "%zu", (size_t)(r->csv.at - r->begin));
    if (s == AGORA_OK)
        s = DB_RUN(r->w, QUERY_ROSTER_STAGE, &kept, r->id, rows, faults, lines, octets, LEASE_S);
    if (s == AGORA_OK)
        r->gone = !db_bool(kept, 0, 0);
    free(rows);
    free(faults);
    json_array_clear(r->rows);
    json_array_clear(r->faults);
    r->lines = 0;
    return s;
}

static enum agora_status read_records(struct reading *r, void (*progress)(size_t, size_t))
{
    enum agora_status s = AGORA_OK;
    bool more = true;

    while (s == AGORA_OK && more && !r->gone) {
        more = r->lines_all < ROSTER_ROWS_MAX && csv_next(&r->csv);
        if (more)
            take_record(r);
        if ((!more && r->lines > 0) || r->lines == BATCH) {
            s = send_batch(r);
            if (progress != NULL)
                progress((size_t)(r->csv.at - r->begin), r->len);
        }
    }
    return s;
}

/* What keeps a whole file out; NULL when it is text. */
static const char *wrong_with_file(const char *text, size_t len)
{
    if (len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
        return "The file is UTF-16. Save it as CSV in UTF-8.";
    if (strlen(text) != len)
        return "The file is not text: it has a NUL in it. Save it as CSV in UTF-8.";
    return NULL;
}

static enum agora_status read_all(struct reading *r, const char *mapping, size_t len,
                                  void (*progress)(size_t, size_t), const char **wrong)
{
    json_t *wanted = json_loads(mapping, 0, NULL);
    const char *found;
    enum agora_status s = AGORA_OK;

    *wrong = wrong_with_file(r->begin, len);
    if (*wrong == NULL)
        *wrong = find_columns(r, wanted);
    json_decref(wanted);
    if (*wrong != NULL)
        return AGORA_OK;
    s = keep_columns(r, &found);
    if (s == AGORA_OK)
        s = DB_RUN(r->w, QUERY_ROSTER_RESTART, NULL, r->id, found);
    return s == AGORA_OK ? read_records(r, progress) : s;
}

enum agora_status roster_read(struct work *w, const char *id, const char *subject,
                              const char *mapping, char *text, size_t len,
                              void (*progress)(size_t done, size_t all), const char **body)
{
    struct reading r = {.w = w,
                        .id = id,
                        .begin = text,
                        .len = len,
                        .numbered = strcmp(subject, "sanctions") != 0,
                        .rows = json_array(),
                        .faults = json_array()};
    const char *wrong = NULL;
    enum agora_status s = AGORA_OK;

    csv_begin(&r.csv, text);
    csv_guess(&r.csv);
    if (r.rows == NULL || r.faults == NULL)
        s = work_out_of_memory(w);
    if (s == AGORA_OK)
        s = read_all(&r, mapping, len, progress, &wrong);
    if (s == AGORA_OK)
        s = DB_JSON(w, QUERY_ROSTER_STAGED, body, id, wrong);
    json_decref(r.rows);
    json_decref(r.faults);
    return s;
}
