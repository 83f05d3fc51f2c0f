/* A row a kind. */
#include "directory/domain/tmtp_kind.h"

#include <string.h>

enum { ALIAS_MIN = 8, ALIAS_MAX = 80 };

static const struct kind {
    const char *name;
    bool has_admin; /* an admin interface, which admin_url names */
    struct tmtp_capabilities can;
} kinds[] = {
    {"admin",
     true,
     {.can_grant = true, .can_end = true, .can_suspend = true, .lists_contacts = true}},
    {"stock", false, {.links_by_code = true}},
};

/* The row of a kind; NULL when there is none of that name. */
static const struct kind *find(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

const struct tmtp_capabilities *tmtp_capabilities(const struct config *config)
{
    const struct kind *kind = find(config->tmtp_kind);

    return kind != NULL ? &kind->can : &kinds[0].can;
}

bool tmtp_wanted(const struct config *config)
{
    const struct kind *kind = find(config->tmtp_kind);

    return kind != NULL && (!kind->has_admin || config->tmtp_admin_url[0] != '\0');
}

const char *tmtp_introducer(const struct config *config)
{
    return tmtp_capabilities(config)->links_by_code ? config->tmtp_introducer_alias : NULL;
}

static enum agora_status wrong(struct error *e, const char *sentence)
{
    return error_set(e, AGORA_INVALID_FIELD, NULL, "[tmtp] %s", sentence);
}

/* What is there on the one side and missing on the other. */
static enum agora_status check_admin(const struct config *c, struct error *e)
{
    if (c->tmtp_admin_url[0] == '\0')
        return AGORA_OK;
    if (c->tmtp_admin_token_file[0] == '\0')
        return wrong(e, "admin_token_file: admin_url needs it");
    if (c->tmtp_server[0] == '\0')
        return wrong(e, "server: admin_url needs it");
    if (c->tmtp_introducer_credentials[0] == '\0')
        return wrong(e, "introducer_credentials: admin_url needs it");
    return AGORA_OK;
}

static enum agora_status check_stock(const struct config *c, struct error *e)
{
    size_t len = strlen(c->tmtp_introducer_alias);

    if (c->tmtp_admin_url[0] != '\0')
        return wrong(e, "admin_url: kind = stock means that there is no admin interface");
    if (c->tmtp_admin_token_file[0] != '\0')
        return wrong(e, "admin_token_file: kind = stock means that there is no admin interface");
    if (c->tmtp_server[0] == '\0')
        return wrong(e, "server: kind = stock needs it");
    if (c->tmtp_introducer_credentials[0] == '\0')
        return wrong(e, "introducer_credentials: kind = stock needs it");
    if (len < ALIAS_MIN || len > ALIAS_MAX)
        return wrong(e, "introducer_alias: must have 8 to 80 octets");
    return AGORA_OK;
}

enum agora_status tmtp_check_config(const struct config *config, struct error *e)
{
    const struct kind *kind = find(config->tmtp_kind);

    if (kind == NULL)
        return wrong(e, "kind: must be admin or stock");
    return kind->has_admin ? check_admin(config, e) : check_stock(config, e);
}
