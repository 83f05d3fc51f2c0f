/* Connectors: where a check that runs by itself looks. A connector is a row of agora.connector and,
 * for its kind, one file connector_KIND.c with one function, named in the table of connector.c. */
#ifndef AGORA_DOMAIN_CONNECTOR_H
#define AGORA_DOMAIN_CONNECTOR_H

#include <jansson.h>

#include "directory/base/work.h"

/* What is to be looked at; all owned by w->mem. */
struct connector_look {
    const char *id;       /* of the watch or trial, UUID */
    const char *kind;     /* rel_me, dns, well_known, roster, register_http */
    const char *target;   /* page, domain, or number in a register */
    const char *token;    /* what the member put there */
    const char *settings; /* of the connector, JSON text */
    const char *handles;  /* of the member's accounts, JSON array as text */
    const char *claims;   /* given_name, family_name, birthdate as stated, JSON text */
};

/* What came of it. All texts owned by w->mem or static, NULL for none. */
struct connector_found {
    const char *outcome;  /* passed, failed, cannot_tell; answered (judge name and status); listed
                             (compare with the list in force); away (no answer, try again) */
    const char *name;     /* with answered: name in the register, or NULL when it gives none */
    const char *status;   /* with answered: status in the register's word */
    const char *sentence; /* why not, for the member or the admin; without facts of a register */
};

/**
 * Look. Outside any transaction; may take as long as a fetch. Repeating it does no harm.
 *
 * @param[out] out what came of it, always filled
 */
typedef void (*connector_kind_look)(struct work *w, const struct connector_look *look,
                                    struct connector_found *out);

/* The kinds, one file each. */
void connector_rel_me(struct work *w, const struct connector_look *look,
                      struct connector_found *out);
void connector_dns(struct work *w, const struct connector_look *look, struct connector_found *out);
void connector_well_known(struct work *w, const struct connector_look *look,
                          struct connector_found *out);
void connector_roster(struct work *w, const struct connector_look *look,
                      struct connector_found *out);
void connector_http(struct work *w, const struct connector_look *look, struct connector_found *out);

/** Look by the kind's own function. */
void connector_run(struct work *w, const struct connector_look *look, struct connector_found *out);

/**
 * What a look comes to when a page could not be read: failed, with the reason for its member; away
 * when the fault is ours (agora-fetch did not run), so that nobody's page suffers for it.
 *
 * @param s what the fetch returned; w->error has its words
 */
void connector_unread(struct work *w, enum agora_status s, struct connector_found *out);

/** What a member puts on a site or into a name server: agora-verification=TOKEN. */
#define CONNECTOR_RECORD "agora-verification="

/* What admins do. Common returns: AGORA_FORBIDDEN for who is no admin; AGORA_NOT_FOUND;
 * AGORA_INVALID_FIELD naming the setting. Bodies are JSON text (schema Connector), owned by w->mem.
 */

/** All of them (schema ConnectorList). */
enum agora_status connector_list(struct work *w, const char *viewer,
                                 const char **body) AGORA_CHECKED;

struct connector_new {
    const char *kind;     /* roster or register_http */
    const char *subject;  /* membership, professional, sanctions */
    const char *name;     /* for people */
    const char *settings; /* JSON object as text, or NULL */
    const char *days;     /* between two looks, or NULL for 28 */
};

/** Add one. */
enum agora_status connector_add(struct work *w, const char *viewer, const struct connector_new *n,
                                const char **body, const char **etag) AGORA_CHECKED;

/** Change one. @param change JSON object: name, settings, every_days, enabled; absent: unchanged */
enum agora_status connector_patch(struct work *w, const char *viewer, const char *id,
                                  const char *seen, const char *change, const char **body,
                                  const char **etag) AGORA_CHECKED;

struct connector_trial {
    const char *number;
    const char *given_name;
    const char *family_name;
    const char *birthdate; /* YYYY-MM-DD, or NULL */
};

/** Have it look once, for nobody; the event `connector` tells when it has. */
enum agora_status connector_try(struct work *w, const char *viewer, const char *id,
                                const struct connector_trial *t, const char **body,
                                const char **etag) AGORA_CHECKED;

#endif
