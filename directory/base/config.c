/* The table of config.def, and inih's handler that looks every line up in it. A second use of the
 * same table writes the manual, so that no key can be without an explanation. */
#include "directory/base/config.h"

#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/file.h"

enum key_type { KEY_TEXT, KEY_INT, KEY_BOOL };

struct key {
    const char *section, *name;
    enum key_type type;
    const char *fallback;
    int64_t min, max;
    const char *meaning;
    size_t at; /* place in struct config */
};

static const struct key keys[] = {
#define AT(section, key) offsetof(struct config, section##_##key)
#define CONFIG_TEXT(section, key, fallback, meaning)                                               \
    {#section, #key, KEY_TEXT, fallback, 0, 0, meaning, AT(section, key)},
#define CONFIG_INT(section, key, fallback, min, max, meaning)                                      \
    {#section, #key, KEY_INT, #fallback, min, max, meaning, AT(section, key)},
#define CONFIG_BOOL(section, key, fallback, meaning)                                               \
    {#section, #key, KEY_BOOL, #fallback, 0, 0, meaning, AT(section, key)},
#include "directory/base/config.def"
#undef CONFIG_TEXT
#undef CONFIG_INT
#undef CONFIG_BOOL
};

enum { KEYS = sizeof keys / sizeof keys[0] };

/* What inih's callbacks share while a file is read. */
struct reading {
    struct config *config;
    const char *path;
    const char *rest; /* of the file, not read yet */
    int line;
    bool seen[KEYS];
    struct error *e;
    bool failed; /* the first fault is the one reported */
};

static void fault(struct reading *r, const char *what, const char *name)
{
    if (!r->failed)
        error_set(r->e, AGORA_INVALID_FIELD, NULL, "%s:%d: %s: %s", r->path, r->line, name, what);
    r->failed = true;
}

static bool set_int(const struct key *k, struct config *c, const char *value)
{
    char *end;

    errno = 0;
    long long n = strtoll(value, &end, 10);
    if (end == value || *end != '\0' || errno != 0 || n < k->min || n > k->max)
        return false;
    memcpy((char *)c + k->at, &(int64_t){n}, sizeof(int64_t));
    return true;
}

static bool set_bool(const struct key *k, struct config *c, const char *value)
{
    bool yes = strcmp(value, "yes") == 0 || strcmp(value, "true") == 0;

    if (!yes && strcmp(value, "no") != 0 && strcmp(value, "false") != 0)
        return false;
    memcpy((char *)c + k->at, &yes, sizeof yes);
    return true;
}

static bool set_text(const struct key *k, struct config *c, const char *value)
{
    const char *text = talloc_strdup(c, value);

    memcpy((char *)c + k->at, &text, sizeof text);
    return text != NULL;
}

static bool set_value(const struct key *k, struct config *c, const char *value)
{
    switch (k->type) {
    case KEY_INT:
        return set_int(k, c, value);
    case KEY_BOOL:
        return set_bool(k, c, value);
    default:
        return set_text(k, c, value);
    }
}

static void bad_value(struct reading *r, const struct key *k)
{
    char what[96] = "must be yes or no";

    if (k->type == KEY_INT)
        snprintf(what, sizeof what, "must be a whole number from %lld to %lld", (long long)k->min,
                 (long long)k->max);
    fault(r, what, k->name);
}

/* inih calls this for every "name = value"; 0 means an error. */
static int take_line(void *user, const char *section, const char *name, const char *value)
{
    struct reading *r = user;
    bool section_known = false;

    for (size_t i = 0; i < KEYS; i++) {
        if (strcmp(keys[i].section, section) != 0)
            continue;
        section_known = true;
        if (strcmp(keys[i].name, name) != 0)
            continue;
        if (r->seen[i])
            fault(r, "is there twice", name);
        else if (!set_value(&keys[i], r->config, value))
            bad_value(r, &keys[i]);
        r->seen[i] = true;
        return 1;
    }
    if (section_known)
        fault(r, "no such key in this section", name);
    else
        fault(r, "no such section", section[0] != '\0' ? section : name);
    return 0;
}

/* inih's fgets(): counts the lines, and refuses one that inih would cut in two. */
static char *next_line(char *buffer, int size, void *user)
{
    struct reading *r = user;
    size_t len = strcspn(r->rest, "\n");

    if (*r->rest == '\0')
        return NULL;
    r->line++;
    len += r->rest[len] == '\n';
    if (len >= (size_t)size) {
        fault(r, "longer than 198 octets", "line");
        return NULL;
    }
    memcpy(buffer, r->rest, len);
    buffer[len] = '\0';
    r->rest += len;
    return buffer;
}

static enum agora_status read_file(struct config *c, const char *path, struct error *e)
{
    struct reading r = {.config = c, .path = path, .e = e};
    char *text = NULL;

    enum agora_status s = file_read(c, path, (size_t)1024 * 1024, &text, NULL, e);
    if (s != AGORA_OK) {
        char detail[sizeof e->detail];
        memcpy(detail, e->detail, sizeof detail);
        return error_set(e, AGORA_UNAVAILABLE, NULL, "%.500s", detail);
    }
    r.rest = text;
    int line = ini_parse_stream(next_line, &r, take_line, &r);
    talloc_free(text);
    if (line != 0 && !r.failed) {
        r.line = line;
        fault(&r, "neither [section] nor key = value", "line");
    }
    return r.failed ? AGORA_INVALID_FIELD : AGORA_OK;
}

enum agora_status config_read(void *mem, const char *path, struct config **out, struct error *e)
{
    struct config *c = talloc_zero(mem, struct config);
    enum agora_status s = AGORA_OK;

    if (c == NULL || (c->path = talloc_strdup(c, path != NULL ? path : "")) == NULL)
        s = error_detail(e, AGORA_INTERNAL, "out of memory");
    for (size_t i = 0; s == AGORA_OK && i < KEYS; i++)
        if (!set_value(&keys[i], c, keys[i].fallback))
            s = error_detail(e, AGORA_INTERNAL, "default of %s.%s", keys[i].section, keys[i].name);
    if (s == AGORA_OK && path != NULL)
        s = read_file(c, path, e);
    if (s != AGORA_OK)
        talloc_free(c);
    else
        *out = c;
    return s;
}

static void print_value(const struct key *k, const struct config *c, FILE *out)
{
    const char *at = (const char *)c + k->at;

    if (k->type == KEY_INT)
        fprintf(out, "%lld", (long long)*(const int64_t *)(const void *)at);
    else if (k->type == KEY_BOOL)
        fputs(*(const bool *)(const void *)at ? "yes" : "no", out);
    else
        fputs(*(const char *const *)(const void *)at, out);
}

void config_print(const struct config *c, FILE *out)
{
    const char *section = "";

    for (size_t i = 0; i < KEYS; i++) {
        if (strcmp(section, keys[i].section) != 0)
            fprintf(out, "%s[%s]\n", i > 0 ? "\n" : "", keys[i].section);
        section = keys[i].section;
        fprintf(out, "# %s\n%s = ", keys[i].meaning, keys[i].name);
        print_value(&keys[i], c, out);
        fputc('\n', out);
    }
}

void config_print_manual(FILE *out)
{
    const char *section = "";

    for (size_t i = 0; i < KEYS; i++) {
        const struct key *k = &keys[i];
        if (strcmp(section, k->section) != 0)
            fprintf(out, "%s.Ss [%s]\n.Bl -tag -width Ds\n", i > 0 ? ".El\n" : "", k->section);
        section = k->section;
        fprintf(out, ".It Ic %s\n%s.\n", k->name, k->meaning);
        if (k->type == KEY_INT)
            fprintf(out, "From %lld to %lld.\n", (long long)k->min, (long long)k->max);
        fprintf(out, "Default: %s.\n", k->fallback[0] != '\0' ? k->fallback : "empty");
    }
    fputs(".El\n", out);
}
