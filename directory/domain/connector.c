/* The table of kinds, and the admin's acts: one statement each. */
#include "directory/domain/connector.h"

#include <string.h>
#include <talloc.h>

#include "directory/db/db.h"

static const struct {
    const char *kind;
    connector_kind_look look;
} kinds[] = {
    {"rel_me", connector_rel_me},         {"dns", connector_dns},
    {"well_known", connector_well_known}, {"roster", connector_roster},
    {"register_http", connector_http},
};

void connector_run(struct work *w, const struct connector_look *look, struct connector_found *out)
{
    *out = (struct connector_found){.outcome = "away",
                                    .sentence = "This version does not know this kind."};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].kind, look->kind) == 0)
            kinds[i].look(w, look, out);
}

void connector_unread(struct work *w, enum agora_status s, struct connector_found *out)
{
    bool ours = s == AGORA_INTERNAL || w->error.detail[0] != '\0';

    out->outcome = ours ? "away" : "failed";
    out->sentence = ours ? "Pages cannot be read just now; the log says why."
                         : talloc_strdup(w->mem, w->error.text);
}

enum agora_status connector_list(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_CONNECTOR_LIST, body, viewer);
}

enum agora_status connector_add(struct work *w, const char *viewer, const struct connector_new *n,
                                const char **body, const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_CONNECTOR_ADD, body, etag, viewer, n->kind, n->subject, n->name,
                        n->settings, n->days);
}

enum agora_status connector_patch(struct work *w, const char *viewer, const char *id,
                                  const char *seen, const char *change, const char **body,
                                  const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_CONNECTOR_PATCH, body, etag, viewer, id, seen, change);
}

enum agora_status connector_try(struct work *w, const char *viewer, const char *id,
                                const struct connector_trial *t, const char **body,
                                const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_CONNECTOR_TRY, body, etag, viewer, id, t->number, t->given_name,
                        t->family_name, t->birthdate);
}
