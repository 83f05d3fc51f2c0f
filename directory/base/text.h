/* A text that grows at its end, for what we write ourselves: pages, contact cards. Memory that runs
 * out is remembered and told once, at the end. */
#ifndef AGORA_BASE_TEXT_H
#define AGORA_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
    const void *mem; /* talloc parent of what is made */
    char *at;        /* what there is so far, ended by a NUL; NULL before the first octet */
    size_t len;      /* octets */
    size_t room;     /* octets allocated */
    bool failed;     /* memory ran out: nothing more is taken */
};

/** Begin an empty text. */
void text_begin(struct text *t, const void *mem);

/** Add octets as they are. */
void text_add_n(struct text *t, const char *octets, size_t n);

/** Add a text as it is. */
void text_add(struct text *t, const char *text);

/** Add each of several texts as it is: text_all(t, a, b, c). */
#define text_all(t, ...) text_add_all((t), (const char *const[]){__VA_ARGS__, NULL})
void text_add_all(struct text *t, const char *const texts[]);

/** Add a text that came from outside, safe in HTML and in quoted attributes of it. */
void text_html(struct text *t, const char *text);

/** Add a text as a value in an address: everything but letters, digits, - . _ ~ becomes %XX, so
 * that it is safe in HTML too. */
void text_url(struct text *t, const char *text);

/** Add JSON for a data block of a page (<script type="application/ld+json">): no < > or & in it. */
void text_json_in_html(struct text *t, const char *json);

/**
 * The whole.
 * @return text, owned by the parent, "" when nothing was added; NULL when memory ran out
 */
char *text_end(struct text *t);

#endif
