/* A table of names; a value's rule is a function. What is refused is quoted in the sentence, with
 * what would have been right: the box has no other way to teach its language. */
#include "directory/domain/search_operator.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"

/* The first name of a field is what it is called; the others are what people also type. */
static const struct {
    const char *name;
    enum search_field field;
} operators[] = {
    {"skill", SEARCH_EXPERTISE},   {"interest", SEARCH_INTEREST}, {"seeks", SEARCH_SEEKING},
    {"offers", SEARCH_OFFERING},   {"about", SEARCH_ABOUT},       {"org", SEARCH_ORGANISATION},
    {"section", SEARCH_SECTION},   {"in", SEARCH_PLACE},          {"near", SEARCH_NEAR},
    {"lang", SEARCH_LANGUAGE},     {"level", SEARCH_LEVEL},       {"checked", SEARCH_CHECKED},
    {"standing", SEARCH_STANDING}, {"open", SEARCH_OPEN},         {"knows", SEARCH_KNOWS},
};

enum { OPERATORS = sizeof operators / sizeof operators[0], NAME_MAX_LEN = 24 };

/* Words of agora.ask_kind. */
static const char *const asks[] = {"advice",    "second_opinion", "referral", "collaboration",
                                   "hire",      "speak",          "mentor",   "peer_review",
                                   "supervise", "other",          "any"};

enum { ASKS = sizeof asks / sizeof asks[0] };

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int low(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Insertions, deletions, replacements and exchanges of neighbours between two short names. */
static int distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int d[NAME_MAX_LEN + 1][NAME_MAX_LEN + 1];

    for (size_t i = 0; i <= a_len; i++)
        d[i][0] = (int)i;
    for (size_t j = 0; j <= b_len; j++)
        d[0][j] = (int)j;
    for (size_t i = 1; i <= a_len; i++) {
        for (size_t j = 1; j <= b_len; j++) {
            bool same = low(a[i - 1]) == low(b[j - 1]);
            d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + !same);
            if (i > 1 && j > 1 && low(a[i - 1]) == low(b[j - 2]) && low(a[i - 2]) == low(b[j - 1]))
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[a_len][b_len];
}

/* The name most like what was typed: one begins with the other, or they differ by few letters.
 * NULL when none is like it. */
static const char *nearest(const char *typed, size_t len, const char *(*name)(size_t), size_t n)
{
    const char *best = NULL;
    int least_so_far = 3;

    if (len > NAME_MAX_LEN)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        const char *one = name(i);
        size_t one_len = strlen(one), common = len < one_len ? len : one_len;
        int d = common >= 2 && strncasecmp(one, typed, common) == 0
                    ? 1
                    : distance(typed, len, one, one_len);
        if (d < least_so_far && d < (int)one_len) {
            best = one;
            least_so_far = d;
        }
    }
    return best;
}

static const char *operator_at(size_t i)
{
    return operators[i].name;
}

static const char *ask_at(size_t i)
{
    return asks[i];
}

const char *search_operator_name(enum search_field field)
{
    for (size_t i = 0; i < OPERATORS; i++)
        if (operators[i].field == field)
            return operators[i].name;
    return NULL;
}

enum agora_status search_operator(const char *name, size_t len, enum search_field *field,
                                  struct error *e)
{
    int shown = (int)(len > 30 ? 30 : len);

    for (size_t i = 0; i < OPERATORS; i++) {
        if (strlen(operators[i].name) == len && strncasecmp(name, operators[i].name, len) == 0) {
            *field = operators[i].field;
            return AGORA_OK;
        }
    }
    const char *meant = nearest(name, len, operator_at, OPERATORS);
    if (meant != NULL)
        return error_set(e, AGORA_INVALID_FIELD, "/q",
                         "“%.*s:” is not known. Did you mean “%s:”? Put it in quotes to look for "
                         "the word.",
                         shown, name, meant);
    return error_set(e, AGORA_INVALID_FIELD, "/q",
                     "“%.*s:” is not known. There are skill: interest: seeks: offers: about: org: "
                     "section: in: near: lang: level: checked: standing: open: and knows:me. Put "
                     "it in quotes to look for the word.",
                     shown, name);
}

static enum agora_status refuse(struct error *e, const struct search_term *t, const char *sentence)
{
    return error_set(e, AGORA_INVALID_FIELD, "/q", "“%s:%.60s”: %s", search_operator_name(t->field),
                     t->text, sentence);
}

static bool is_number(const char *text, size_t len)
{
    return len > 0 && len <= 4 && strspn(text, DIGITS) >= len;
}

/* near:Bern,20km — so many kilometres behind the last comma. */
static enum agora_status take_distance(const void *mem, struct search_term *t, struct error *e)
{
    const char *comma = strrchr(t->text, ',');
    const char *number = comma != NULL ? comma + 1 + strspn(comma + 1, " ") : NULL;
    size_t digits = number != NULL ? strspn(number, DIGITS) : 0;

    t->amount = SEARCH_NEAR_KM;
    if (digits == 0)
        return AGORA_OK;
    const char *unit = number + digits + strspn(number + digits, " ");
    if (!is_number(number, digits) || (*unit != '\0' && strcasecmp(unit, "km") != 0))
        return refuse(e, t, "write the distance as in near:Bern,20km");
    t->amount = (int)strtol(number, NULL, 10);
    if (t->amount < 1 || t->amount > SEARCH_NEAR_KM_MAX)
        return refuse(e, t, "the distance is from 1 to 500 km, as in near:Bern,20km");
    t->text = talloc_strndup(mem, t->text, (size_t)(comma - t->text));
    if (t->text == NULL)
        return error_set(e, AGORA_INTERNAL, NULL, NULL);
    const char *at = t->text;
    size_t len;
    return search_word(&at, &len) != NULL ? AGORA_OK
                                          : refuse(e, t, "name a place, as in near:Bern,20km");
}

/* 2025, 2025-03 or 2025-03-31 */
static bool is_date(const char *v)
{
    static const char shape[] = "dddd-dd-dd";
    size_t len = strlen(v);

    if (len != 4 && len != 7 && len != 10)
        return false;
    for (size_t i = 0; i < len; i++)
        if (shape[i] == '-' ? v[i] != '-' : v[i] < '0' || v[i] > '9')
            return false;
    return true;
}

/* checked:<2y checked:>18m checked:2025-03 */
static enum agora_status take_age(struct search_term *t, struct error *e)
{
    const char *v = t->text;
    size_t digits = *v == '<' || *v == '>' ? strspn(v + 1, DIGITS) : 0;

    t->sense = '=';
    if (is_date(v))
        return AGORA_OK;
    if (!is_number(v + (digits > 0), digits) || v[1 + digits] == '\0' || v[2 + digits] != '\0' ||
        strchr("ymwdYMWD", v[1 + digits]) == NULL)
        return refuse(
            e, t,
            "write how long ago the check may be, as in checked:<2y (y years, m months, w "
            "weeks, d days), or when it was, as in checked:2025-03");
    t->sense = *v;
    t->amount = (int)strtol(v + 1, NULL, 10);
    t->unit = (char)low(v[1 + digits]);
    if (t->amount < 1 || (t->unit == 'y' && t->amount > 50) ||
        (t->unit == 'm' && t->amount > 600) || (t->unit == 'w' && t->amount > 2600))
        return refuse(e, t, "the time is from 1 day to 50 years, as in checked:<2y");
    return AGORA_OK;
}

/* The word as the search rows have it: lower case, _ between parts. */
static enum agora_status take_ask(const void *mem, struct search_term *t, struct error *e)
{
    char *word = talloc_strdup(mem, t->text);

    if (word == NULL)
        return error_set(e, AGORA_INTERNAL, NULL, NULL);
    for (char *c = word; *c != '\0'; c++)
        *c = *c == ' ' || *c == '-' ? '_' : (char)low(*c);
    for (size_t i = 0; i < ASKS; i++) {
        if (strcmp(asks[i], word) == 0) {
            t->text = word;
            return AGORA_OK;
        }
    }
    const char *meant = nearest(word, strlen(word), ask_at, ASKS);
    if (meant != NULL)
        return error_set(e, AGORA_INVALID_FIELD, "/q",
                         "“open:%.60s” is not known. Did you mean “open:%s”?", t->text, meant);
    return refuse(e, t,
                  "nobody can be open to that. There are advice, second_opinion, referral, "
                  "collaboration, hire, speak, mentor, peer_review, supervise, other and any");
}

static bool is_level(const char *v)
{
    return v[0] >= '0' && v[0] <= '4' && v[1] == '\0';
}

static bool is_language(const char *v)
{
    return strlen(v) <= 35 && strspn(v, LETTERS DIGITS "-") == strlen(v);
}

enum agora_status search_operator_value(const void *mem, struct search_term *t, struct error *e)
{
    const char *at = t->text;
    size_t len;

    if (search_word(&at, &len) == NULL)
        return error_set(e, AGORA_INVALID_FIELD, "/q",
                         "Nothing stands behind “%s:”. Write what you look for right behind the "
                         "colon, without a space.",
                         search_operator_name(t->field));
    switch (t->field) {
    case SEARCH_NEAR:
        return take_distance(mem, t, e);
    case SEARCH_CHECKED:
        return take_age(t, e);
    case SEARCH_OPEN:
        return take_ask(mem, t, e);
    case SEARCH_LEVEL:
        return is_level(t->text) ? AGORA_OK
                                 : refuse(e, t, "a level is a number from 0 to 4, as in level:2");
    case SEARCH_LANGUAGE:
        return is_language(t->text) ? AGORA_OK
                                    : refuse(e, t, "write a language by its code, such as lang:de");
    case SEARCH_STANDING:
        t->text = strcasecmp(t->text, "good") == 0 ? "good" : t->text;
        return strcmp(t->text, "good") == 0 ? AGORA_OK
                                            : refuse(e, t, "only standing:good can be looked for");
    case SEARCH_KNOWS:
        return strcasecmp(t->text, "me") == 0
                   ? AGORA_OK
                   : refuse(e, t, "only your own contacts can be looked for: knows:me");
    default:
        return AGORA_OK;
    }
}
