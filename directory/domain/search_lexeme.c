/* Every lexeme is written between \001, which no word contains, as are the signs of a tsquery: what
 * was typed cannot change the shape of the query. The structured lexemes are those of
 * agora.search_rows (sql/directory/functions/search_row.sql) and agora.search_facts. */
#include "directory/domain/search_lexeme.h"

#include <string.h>

#include "directory/base/utf8.h"

/* A word of this many letters also finds longer ones that begin with it. Structured lexemes have
 * at most two letters before their sign, so that no word finds those. */
enum { PREFIX_LETTERS = 3, WORD_OCTETS = 240 };

static const struct {
    const char *letters; /* of the lexemes; of topics: with narrower ones */
    const char *narrow;  /* of the topics alone */
    const char *reason;
} fields[] = {
    [SEARCH_WORDS] = {"", NULL, NULL},
    [SEARCH_EXPERTISE] = {"x:", "x=", "Expertise"},
    [SEARCH_INTEREST] = {"i:", "i=", "Interested in"},
    [SEARCH_SEEKING] = {"s:", "s=", "Looks for"},
    [SEARCH_OFFERING] = {"o:", "o=", "Offers"},
    [SEARCH_ABOUT] = {"a:", NULL, "In their own words"},
    [SEARCH_ORGANISATION] = {"g:", NULL, "Organisation"},
    [SEARCH_SECTION] = {"m:", NULL, "Member of"},
    [SEARCH_PLACE] = {"p:", NULL, "Place"},
    [SEARCH_NEAR] = {"", NULL, "Near"},
    [SEARCH_LANGUAGE] = {"l:", NULL, NULL},
    [SEARCH_LEVEL] = {"vf:", NULL, NULL},
    [SEARCH_CHECKED] = {"ck:", NULL, NULL},
    [SEARCH_STANDING] = {"st:", NULL, NULL},
    [SEARCH_OPEN] = {"op:", NULL, "Open to"},
    [SEARCH_KNOWS] = {"id:", NULL, "In your contacts"},
};

const char *search_letters(enum search_field field)
{
    return fields[field].letters;
}

const char *search_reason(enum search_field field)
{
    return fields[field].reason;
}

bool search_names_topic(const struct search_term *term)
{
    return term->field >= SEARCH_EXPERTISE && term->field <= SEARCH_OFFERING;
}

size_t search_place_of(const struct search_query *query, size_t n)
{
    bool topic = search_names_topic(&query->terms[n]);
    size_t before = 0;

    for (size_t i = 0; i < n; i++)
        before += topic ? search_names_topic(&query->terms[i])
                        : query->terms[i].field == query->terms[n].field;
    return before;
}

static size_t letters_of(const char *word, size_t len)
{
    const char *at = word;
    size_t n = 0;

    while (at < word + len && utf8_next(&at, word + len) >= 0)
        n++;
    return n;
}

/* How many octets may be shown of a word, at most so many, without cutting a letter. */
static size_t whole_letters(const char *word, size_t most)
{
    const char *at = word;

    while (utf8_next(&at, word + most) >= 0) {
    }
    return (size_t)(at - word);
}

/* Words of a term, all of them, or one after the other when quoted. @param weight NUL for any */
static void put_words(FILE *out, const struct search_term *term, char weight)
{
    const char *at = term->text, *word;
    bool free_words = term->field == SEARCH_WORDS;
    const char *join = "(";
    size_t len;

    while ((word = search_word(&at, &len)) != NULL) {
        bool prefix = free_words && !term->quoted && letters_of(word, len) >= PREFIX_LETTERS;
        int shown = (int)whole_letters(word, len > WORD_OCTETS ? WORD_OCTETS : len);
        fprintf(out, "%s\001%s%.*s\001", join, fields[term->field].letters, shown, word);
        if (prefix || weight != '\0')
            fprintf(out, ":%s%.*s", prefix ? "*" : "", weight != '\0', &weight);
        join = free_words && term->quoted ? " <-> " : " & ";
    }
    putc(')', out);
}

/* What ends a list of alternatives; one that is empty finds nobody. */
static void end_list(FILE *out, const char *join)
{
    fputs(join[0] == '(' ? "(\001none\001)" : ")", out);
}

void search_put_topics(FILE *out, const struct search_filters *f, size_t name, const char *letters)
{
    const char *join = "(";

    for (size_t i = 0; i < f->found_n; i++) {
        if (f->found[i].place != name)
            continue;
        fprintf(out, "%s\001%s%s\001", join, letters, f->found[i].id);
        join = " | ";
    }
    end_list(out, join); /* a name that is no topic: the caller has refused it before */
}

static void put_place(FILE *out, const struct search_term *term)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    if (!term->quoted && strlen(term->text) == 2 && strspn(term->text, letters) == 2)
        fprintf(out, "(\001cc:%s\001 | \001p:%s\001)", term->text, term->text);
    else
        put_words(out, term, '\0');
}

/* Lexemes of a place and of those around it; where one has several, all of them. */
static void put_near(FILE *out, const struct search_filters *f, size_t place)
{
    const char *join = "(";

    for (size_t i = 0; i < f->nears_n; i++) {
        if (f->nears[i].place != place)
            continue;
        fprintf(out, "%s(\001", join);
        for (const char *c = f->nears[i].term; *c != '\0'; c++) {
            if (*c == ' ')
                fputs("\001 & \001", out);
            else
                putc(*c, out);
        }
        fputs("\001)", out);
        join = " | ";
    }
    end_list(out, join);
}

static void put_known(FILE *out, const struct search_filters *f)
{
    const char *join = "(";

    for (size_t i = 0; i < f->known_n; i++, join = " | ")
        fprintf(out, "%s\001id:%s\001", join, f->known[i]);
    end_list(out, join);
}

/* The first day that is less than the amount ago. */
static struct tm first_day(const struct search_term *term, struct tm today)
{
    struct tm day = {.tm_year = today.tm_year, .tm_mon = today.tm_mon, .tm_mday = today.tm_mday};

    switch (term->unit) {
    case 'y':
        day.tm_year -= term->amount;
        break;
    case 'm':
        day.tm_mon -= term->amount;
        break;
    case 'w':
        day.tm_mday -= 7 * term->amount;
        break;
    default:
        day.tm_mday -= term->amount;
    }
    day.tm_mday++;
    day.tm_hour = 12;
    timegm(&day); /* brings it to a day that there is */
    return day;
}

/* Dates from a day on until today: its month by days, its year by months, then years. Rows have the
 * day, month and year of the check as lexemes, so that none grows old. */
static void put_since(FILE *out, struct tm from, struct tm today)
{
    int year = from.tm_year + 1900, month = from.tm_mon + 1, this_year = today.tm_year + 1900;
    const char *join = "(";

    for (int d = from.tm_mday; d <= 31; d++, join = " | ")
        fprintf(out, "%s\001ck:%04d-%02d-%02d\001", join, year, month, d);
    for (int m = month + 1; m <= 12; m++)
        fprintf(out, " | \001ck:%04d-%02d\001", year, m);
    for (int y = year + 1; y <= this_year; y++)
        fprintf(out, " | \001ck:%04d\001", y);
    putc(')', out);
}

static void put_checked(FILE *out, const struct search_term *term, const struct search_filters *f)
{
    if (term->sense == '=') {
        fprintf(out, "\001ck:%s\001", term->text);
        return;
    }
    if (term->sense == '>') /* checked at all, and not since */
        fputs("(\001vf:1\001 & !", out);
    put_since(out, first_day(term, f->today), f->today);
    if (term->sense == '>')
        putc(')', out);
}

void search_put_term(FILE *out, const struct search_query *query, size_t n,
                     const struct search_filters *filters, char weight)
{
    const struct search_term *term = &query->terms[n];
    const char *letters = term->narrow ? fields[term->field].narrow : fields[term->field].letters;

    switch (term->field) {
    case SEARCH_EXPERTISE:
    case SEARCH_INTEREST:
    case SEARCH_SEEKING:
    case SEARCH_OFFERING:
        search_put_topics(out, filters, search_place_of(query, n), letters);
        break;
    case SEARCH_PLACE:
        put_place(out, term);
        break;
    case SEARCH_NEAR:
        put_near(out, filters, search_place_of(query, n));
        break;
    case SEARCH_KNOWS:
        put_known(out, filters);
        break;
    case SEARCH_CHECKED:
        put_checked(out, term, filters);
        break;
    case SEARCH_LANGUAGE:
    case SEARCH_LEVEL:
    case SEARCH_STANDING:
    case SEARCH_OPEN:
        fprintf(out, "\001%s%s\001", letters, term->text);
        break;
    default:
        put_words(out, term, weight);
    }
}
