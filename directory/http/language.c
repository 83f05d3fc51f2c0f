/* Read forgivingly: what is no language is passed over, and what there is no room for. */
#include "directory/http/language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WISHES_MAX = 8, TAG_MAX = 20 };

struct wish {
    char tag[TAG_MAX];
    double weight;
};

/* One wish: a tag, and perhaps ;q=0.8. @return false when it is none, or is not wanted at all */
static bool read_wish(const char *text, size_t len, struct wish *out)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    size_t n = 0;

    for (; n < len && text[n] != ';' && text[n] != ' ' && text[n] != '\t'; n++) {
        char c = text[n] >= 'A' && text[n] <= 'Z' ? (char)(text[n] | 0x20) : text[n];
        if (n + 1 >= TAG_MAX || strchr(letters, c) == NULL)
            return false;
        out->tag[n] = c;
    }
    out->tag[n] = '\0';
    const char *q = memmem(text, len, "q=", 2);
    out->weight = q != NULL ? strtod(q + 2, NULL) : 1;
    size_t primary = strcspn(out->tag, "-");
    return primary >= 2 && primary <= 3 && out->weight > 0;
}

static size_t read_wishes(const char *header, struct wish wishes[WISHES_MAX])
{
    size_t n = 0;

    while (*header != '\0' && n < WISHES_MAX) {
        header += strspn(header, ", \t");
        size_t len = strcspn(header, ",");
        if (len > 0 && read_wish(header, len, &wishes[n]))
            n++;
        header += len;
    }
    return n;
}

static bool has(const char *list, const char *tag)
{
    size_t len = strlen(tag);

    for (const char *at = list; (at = strstr(at, tag)) != NULL; at += len)
        if ((at == list || at[-1] == ',') && (at[len] == ',' || at[len] == '\0'))
            return true;
    return false;
}

static void add(char out[WORK_LANGUAGES], const char *tag)
{
    size_t len = strlen(out);

    if (!has(out, tag) && len + strlen(tag) + 2 < WORK_LANGUAGES)
        snprintf(out + len, WORK_LANGUAGES - len, "%s%s", len > 0 ? "," : "", tag);
}

void language_read(const char *header, char out[WORK_LANGUAGES])
{
    struct wish wishes[WISHES_MAX];
    size_t n = header != NULL ? read_wishes(header, wishes) : 0;

    out[0] = '\0';
    for (;;) {
        struct wish *best = NULL;
        for (size_t i = 0; i < n; i++)
            if (wishes[i].weight > 0 && (best == NULL || wishes[i].weight > best->weight))
                best = &wishes[i];
        if (best == NULL)
            return;
        best->weight = 0;
        size_t primary = strcspn(best->tag, "-");
        if (strncmp(best->tag, "en", primary) == 0 && primary == 2)
            return;
        add(out, best->tag);
        best->tag[primary] = '\0';
        add(out, best->tag);
    }
}
