/* A site is the member's when it has the file we asked for: a line of it is the record. */
#include <string.h>
#include <talloc.h>

#include "directory/domain/connector.h"
#include "directory/domain/fetch.h"

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Whether one line, without white space around it, is the record. */
static bool has_line(const struct fetched *file, const char *record)
{
    const char *at = file->body, *end = file->body + file->body_len;
    size_t want = strlen(record);

    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((stop != NULL ? stop : end) - at);
        const char *next = at + len + (stop != NULL);
        while (len > 0 && is_white(at[len - 1]))
            len--;
        while (len > 0 && is_white(*at)) {
            at++;
            len--;
        }
        if (len == want && memcmp(at, record, want) == 0)
            return true;
        at = next;
    }
    return false;
}

void connector_well_known(struct work *w, const struct connector_look *look,
                          struct connector_found *out)
{
    struct fetched file = {0};
    const char *url =
        talloc_asprintf(w->mem, "https://%s/.well-known/agora-verification.txt", look->target);
    const char *record = talloc_asprintf(w->mem, CONNECTOR_RECORD "%s", look->token);
    enum agora_status s =
        url != NULL && record != NULL ? fetch_get(w, url, &file) : work_out_of_memory(w);

    out->outcome = "failed";
    out->sentence = NULL;
    if (s != AGORA_OK) {
        connector_unread(w, s, out);
    } else if (file.status != 200) {
        out->sentence = talloc_asprintf(w->mem, "The file answered with status %u.", file.status);
    } else if (!has_line(&file, record)) {
        out->sentence = "The file was read, but the line is not in it.";
    } else {
        out->outcome = "passed";
    }
}
