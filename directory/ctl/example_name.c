/* A rare name is the beginning of one common name, at times the middle of another, and the end of a
 * third: a few thousand a language, which sound as if they were from there. No one is meant. */
#include "directory/ctl/example_name.h"

#include <stdio.h>
#include <string.h>

enum { THREE_PARTS = 60 }; /* percent of the rare ones */

/* The last word of a name: "van den Berg" is "Berg" with something before. */
static const char *last_word(const char *name)
{
    const char *space = strrchr(name, ' ');

    return space != NULL ? space + 1 : name;
}

/* A place in a word, at about k/n of it, between two characters. */
static size_t cut(const char *word, size_t k, size_t n)
{
    size_t at = strlen(word) * k / n;

    while (at > 0 && ((unsigned char)word[at] & 0xc0) == 0x80)
        at--;
    return at;
}

void example_name(struct dice *d, const char *const known[], unsigned rare,
                  char out[EXAMPLE_NAME_MAX])
{
    const char *name = dice_any(d, known);

    if (!dice_chance(d, rare)) {
        snprintf(out, EXAMPLE_NAME_MAX, "%s", name);
        return;
    }
    const char *first = last_word(name), *middle = last_word(dice_any(d, known));
    const char *last = last_word(dice_any(d, known));
    size_t from = cut(middle, 1, 3), to = dice_chance(d, THREE_PARTS) ? cut(middle, 2, 3) : from;
    snprintf(out, EXAMPLE_NAME_MAX, "%.*s%.*s%s", (int)cut(first, 1, 2), first, (int)(to - from),
             middle + from, last + cut(last, 1, 2));
}
