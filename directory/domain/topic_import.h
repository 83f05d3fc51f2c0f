/* Import of a taxonomy: facts in batches, then one step that brings the scheme in line with them.
 * All in one transaction, which a dry run rolls back. */
#ifndef AGORA_DOMAIN_TOPIC_IMPORT_H
#define AGORA_DOMAIN_TOPIC_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "directory/base/work.h"

/* A fact of the file: directory/skos/skos.h has the kinds. */
struct topic_fact {
    char kind;
    const char *subject; /* IRI; or # and the id that the concept has here */
    const char *object;  /* the same; "" for none */
    const char *lang;    /* BCP 47 in lower case; "" when the file does not tell */
    const char *label;   /* "" for none */
};

struct topic_wish {
    const char *scheme; /* id: openalex */
    const char *title;  /* of the scheme, for people; NULL: as it is, or as the file has it */
    const char *source; /* where the file is from, and its licence; NULL: as it is */
    const char *lang;   /* language of labels that do not tell; "": none */
    bool retire;        /* what the file does not have any more is offered to nobody any more */
    bool dry;           /* tell what it would change, and change nothing */
};

struct topic_import;

/**
 * Begin: opens the transaction.
 *
 * @param w        work; its connection should be patient
 * @param wish     what is to be done; kept by reference
 * @param[out] out import, ended by topic_import_end() or by topic_import_abandon()
 */
enum agora_status topic_import_begin(struct work *w, const struct topic_wish *wish,
                                     struct topic_import **out) AGORA_CHECKED;

/** Take a fact; copied, and sent when there are many. */
enum agora_status topic_import_add(struct topic_import *import,
                                   const struct topic_fact *fact) AGORA_CHECKED;

/**
 * Bring the scheme in line, and commit, or roll a dry run back.
 *
 * @param[out] report JSON text, as agora.topic_import_end tells it; also with AGORA_CONFLICT
 * @return AGORA_OK; AGORA_CONFLICT when there are none, or some lie within themselves, and it was
 * no dry run: nothing was changed; AGORA_UNAVAILABLE
 */
enum agora_status topic_import_end(struct topic_import *import, const char **report) AGORA_CHECKED;

/** Give up: nothing was changed. */
void topic_import_abandon(struct topic_import *import);

#endif
