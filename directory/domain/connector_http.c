/* A register's web service: the admin's address with the number in it, and where in the answer name
 * and status stand; or, of a page for people, a regular expression that only a good entry fulfils.
 * Whether the name fits is judged in the database, where names are compared. */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/url.h"
#include "directory/domain/connector.h"
#include "directory/domain/fetch.h"

enum { NAME_MAX_OCTETS = 400, STATUS_MAX_OCTETS = 100 };

/* What goes into the braces, each made safe for its place. */
struct filling {
    const char *number;
    const char *family_name;
};

/* A template with its braces filled; NULL without memory. */
static const char *fill(struct work *w, const char *pattern, const struct filling *with)
{
    static const char number[] = "{number}", family[] = "{family_name}";
    char *made = talloc_strdup(w->mem, "");

    while (made != NULL && *pattern != '\0') {
        size_t plain = strcspn(pattern, "{");
        made = talloc_strndup_append_buffer(made, pattern, plain);
        pattern += plain;
        const char *value = NULL;
        if (strncmp(pattern, number, sizeof number - 1) == 0) {
            value = with->number;
            pattern += sizeof number - 1;
        } else if (strncmp(pattern, family, sizeof family - 1) == 0) {
            value = with->family_name;
            pattern += sizeof family - 1;
        }
        if (made != NULL && value != NULL)
            made = talloc_strdup_append_buffer(made, value);
        else if (made != NULL && *pattern != '\0')
            made = talloc_strndup_append_buffer(made, pattern++, 1);
    }
    return made;
}

/* A text that matches itself in an extended regular expression. */
static const char *regex_quote(struct work *w, const char *text)
{
    char *made = talloc_size(w->mem, 2 * strlen(text) + 1), *to = made;

    for (; made != NULL && *text != '\0'; text++) {
        if (strchr("\\^$.[]|()*+?{}", *text) != NULL)
            *to++ = '\\';
        *to++ = *text;
    }
    if (made != NULL)
        *to = '\0';
    return made;
}

/* The value at a JSON pointer (RFC 6901); NULL when there is none. */
static const json_t *at_pointer(const json_t *value, const char *pointer)
{
    while (value != NULL && *pointer == '/') {
        size_t len = strcspn(++pointer, "/"), n = 0;
        char name[128];
        for (size_t i = 0; i < len && n < sizeof name - 1; i++) {
            bool escaped = pointer[i] == '~' && i + 1 < len;
            name[n++] = (char)(!escaped ? pointer[i] : pointer[++i] == '1' ? '/' : '~');
        }
        name[n] = '\0';
        char *end;
        unsigned long index = strtoul(name, &end, 10);
        value = json_is_array(value) && n > 0 && *end == '\0' ? json_array_get(value, index)
                                                              : json_object_get(value, name);
        pointer += len;
    }
    return value;
}

/* A text or a boolean at a pointer, as text; NULL for anything else. */
static const char *text_at(struct work *w, const json_t *answer, const char *pointer, size_t max)
{
    const json_t *value = pointer != NULL ? at_pointer(answer, pointer) : NULL;

    if (json_is_boolean(value))
        return json_is_true(value) ? "true" : "false";
    const char *text = json_string_value(value);
    return text != NULL && strlen(text) <= max ? talloc_strdup(w->mem, text) : NULL;
}

static void away(struct connector_found *out, const char *sentence)
{
    out->outcome = "away";
    out->sentence = sentence;
}

static void read_json(struct work *w, const json_t *settings, const struct fetched *page,
                      struct connector_found *out)
{
    const char *name_pointer = json_string_value(json_object_get(settings, "name_pointer"));
    json_t *answer = json_loadb(page->body, page->body_len, JSON_REJECT_DUPLICATES, NULL);

    if (answer == NULL) {
        away(out, "The register's answer is not JSON.");
        return;
    }
    out->status = text_at(w, answer, json_string_value(json_object_get(settings, "status_pointer")),
                          STATUS_MAX_OCTETS);
    out->name = text_at(w, answer, name_pointer, NAME_MAX_OCTETS);
    json_decref(answer);
    if (out->status == NULL || (name_pointer != NULL && out->name == NULL))
        away(out, "The register's answer has no status or no name where the settings say.");
    else
        out->outcome = "answered";
}

static void read_text(struct work *w, const json_t *settings, const struct fetched *page,
                      const struct filling *plain, struct connector_found *out)
{
    const struct filling quoted = {regex_quote(w, plain->number),
                                   regex_quote(w, plain->family_name)};
    const char *match = json_string_value(json_object_get(settings, "match"));
    const char *pattern = match != NULL && quoted.number != NULL && quoted.family_name != NULL
                              ? fill(w, match, &quoted)
                              : NULL;
    regex_t compiled;

    if (memchr(page->body, '\0', page->body_len) != NULL) {
        away(out, "The register's answer is not text.");
        return;
    }
    if (pattern == NULL || regcomp(&compiled, pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0) {
        away(out, "The regular expression of the settings cannot be read.");
        return;
    }
    out->outcome = regexec(&compiled, page->body, 0, NULL, 0) == 0 ? "passed" : "failed";
    regfree(&compiled);
}

static void look_up(struct work *w, const json_t *settings, const struct filling *plain,
                    struct connector_found *out)
{
    struct fetched page = {0};
    const struct filling encoded = {url_encode(w->mem, plain->number),
                                    url_encode(w->mem, plain->family_name)};
    const char *url = encoded.number != NULL && encoded.family_name != NULL
                          ? fill(w, json_string_value(json_object_get(settings, "url")), &encoded)
                          : NULL;
    const char *answer = json_string_value(json_object_get(settings, "answer"));
    enum agora_status s = url != NULL ? fetch_register(w, url, &page) : work_out_of_memory(w);

    if (s != AGORA_OK)
        away(out, talloc_strdup(w->mem, w->error.text));
    else if (page.status == 404 || page.status == 410)
        out->outcome = "failed";
    else if (page.status != 200)
        away(out, talloc_asprintf(w->mem, "The register answered with status %u.", page.status));
    else if (answer != NULL && strcmp(answer, "json") == 0)
        read_json(w, settings, &page, out);
    else
        read_text(w, settings, &page, plain, out);
}

void connector_http(struct work *w, const struct connector_look *look, struct connector_found *out)
{
    json_t *settings = json_loads(look->settings, 0, NULL);
    json_t *claims = json_loads(look->claims, 0, NULL);
    const char *family = json_string_value(json_object_get(claims, "family_name"));
    const struct filling plain = {look->target, family != NULL ? family : ""};

    out->sentence = NULL;
    if (json_string_value(json_object_get(settings, "url")) == NULL || *plain.family_name == '\0')
        out->outcome = "cannot_tell";
    else
        look_up(w, settings, &plain, out);
    json_decref(settings);
    json_decref(claims);
}
