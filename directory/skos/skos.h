/* What the triples of a SKOS file (https://www.w3.org/TR/skos-reference/) say about concepts, as
 * facts one by one. The triples come a line each, as N-Triples, from raptor (rapper.h); they are
 * read as if a stranger had written them, and what is kept of them is little, and checked: IRIs and
 * words that cannot break a line or a statement. */
#ifndef AGORA_SKOS_SKOS_H
#define AGORA_SKOS_SKOS_H

#include <stdbool.h>
#include <stddef.h>

enum {
    SKOS_IRI_MAX = 1000,  /* octets */
    SKOS_LABEL_MAX = 2000 /* octets; what people call a thing is far shorter */
};

/* A fact. Its texts are UTF-8 and live as long as the call that hands it over. */
struct skos_fact {
    char kind;           /* c concept, t top concept, d deprecated, y scheme, s title, k notation;
                            p a h preferred, alternative, hidden label;
                            b r e m something broader, related, matching exactly, closely */
    const char *subject; /* IRI */
    const char *object;  /* IRI; "" for what has a label */
    const char *lang;    /* BCP 47 in lower case; "" without one */
    const char *label;   /* words, in one line; "" for what has an object */
};

enum skos_line {
    SKOS_FACT,     /* a fact, in *fact */
    SKOS_NOTHING,  /* a triple about something else, a comment, nothing */
    SKOS_LEFT_OUT, /* it would be a fact, but cannot be kept: a blank node, an endless label */
    SKOS_BROKEN    /* no line of N-Triples */
};

/**
 * Read a line of N-Triples.
 *
 * @param line      without its line feed, ended by a NUL; changed: the fact's texts lie in it
 * @param len       octets before that NUL
 * @param[out] fact filled for SKOS_FACT
 */
enum skos_line skos_line(char *line, size_t len, struct skos_fact *fact);

#endif
