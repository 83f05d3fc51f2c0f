/* Members' words are escaped character by character: in the thread they are text, whatever they
 * contain. */
#include "directory/domain/introducing.h"

#include <string.h>
#include <talloc.h>

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

/* Whether a character needs a backslash so that CommonMark takes it as it is: a mark anywhere, or
 * one that begins a list or a rule at the beginning of a line ("- ", "1. "). */
static bool is_mark(const char *line, const char *at)
{
    static const char anywhere[] = "\\`*_[]<>&~|#!";
    static const char at_start[] = "+-=.)";
    size_t digits = strspn(line, " 0123456789");

    return strchr(anywhere, *at) != NULL || (strchr(at_start, *at) != NULL && at == line + digits);
}

/* Append a text as text; its further lines go on in the quote. */
static char *append_escaped(char *to, const char *text)
{
    const char *line = text;

    for (; to != NULL && *text != '\0'; text++) {
        if (*text == '\n') {
            to = talloc_strdup_append_buffer(to, "\n> ");
            line = text + 1;
        } else {
            to = talloc_asprintf_append_buffer(to, is_mark(line, text) ? "\\%c" : "%c", *text);
        }
    }
    return to;
}

static char *escaped(void *mem, const char *text)
{
    return append_escaped(talloc_strdup(mem, ""), text);
}

/* "*Advice* about Timber structures:" and the quote. */
static char *append_request(char *to, const json_t *action)
{
    const char *topic = text_of(action, "topic");
    const char *offer = text_of(action, "offer");

    to = talloc_asprintf_append_buffer(to, "*%s*", text_of(action, "ask"));
    if (to != NULL && *topic != '\0')
        to = append_escaped(talloc_strdup_append_buffer(to, " – "), topic);
    if (to != NULL)
        to = append_escaped(talloc_strdup_append_buffer(to, "\n\n> "), text_of(action, "why"));
    if (to != NULL && *offer != '\0')
        to = append_escaped(talloc_strdup_append_buffer(to, "\n\nIn return: "), offer);
    return to;
}

bool introducing_write(void *mem, const json_t *action, const char *base_url, bool can_end,
                       char **subject, char **body)
{
    char *asker = escaped(mem, text_of(action, "asker_name"));
    char *asked = escaped(mem, text_of(action, "asked_name"));

    if (asker == NULL || asked == NULL)
        return false;
    *subject = talloc_asprintf(mem, "Introduction: %s and %s", text_of(action, "asker_name"),
                               text_of(action, "asked_name"));
    char *text = talloc_asprintf(mem,
                                 "%s, %s: you have agreed to be introduced to each other. "
                                 "From now on each of you can write to the other.\n\n"
                                 "%s asked for:\n\n",
                                 asker, asked, asker);
    if (text != NULL)
        text = append_request(text, action);
    if (text != NULL)
        text = talloc_asprintf_append_buffer(
            text, "\n\n- %s: %s\n- %s: %s\n\n%s <%s/introductions>\n", asker,
            text_of(action, "asker_verified"), asked, text_of(action, "asked_verified"),
            can_end ? "Either of you can end this contact at any time:"
                    : "This server cannot be told when a contact has ended. Your introductions:",
            base_url);
    *body = text;
    return *subject != NULL && text != NULL;
}
