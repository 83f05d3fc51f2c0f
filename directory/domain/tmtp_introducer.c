/* The credentials file says whether there is an account already: the server would make another one
 * each time it is asked. */
#include "directory/domain/tmtp_introducer.h"

#include <string.h>

#include "directory/base/config.h"
#include "directory/domain/tmtp_kind.h"
#include "directory/domain/tmtp_link.h"
#include "tmtp-link/client/credentials.h"
#include "tmtp-link/client/registration.h"

static enum tmtp_result take_name(const struct session_options *to, struct credentials *known,
                                  const char *alias, struct tmtp_error *error)
{
    if (strcmp(credentials_get(known, "alias"), alias) == 0)
        return TMTP_OK;
    return registration_rename(to, known, alias, error);
}

static enum tmtp_result register_new(const struct session_options *to, const struct config *c,
                                     struct tmtp_error *error)
{
    const struct registration what = {
        .path = c->tmtp_introducer_credentials,
        .node = "agorad",
        .alias = c->tmtp_introducer_alias,
    };
    struct session_identity identity = {0};

    return registration_make(to, &what, &identity, error);
}

enum agora_status tmtp_introducer_register(struct work *w)
{
    const struct config *c = w->config;
    const struct session_options to = {.server = c->tmtp_server};
    struct credentials known = {0};
    struct tmtp_error error = {0};

    if (tmtp_introducer(c) == NULL)
        return error_set(
            &w->error, AGORA_CONFLICT, NULL,
            "The TMTP server itself makes the introducer's account where kind = admin: "
            "tmtpd --add-service.");
    enum tmtp_result result = credentials_load(c->tmtp_introducer_credentials, &known, &error);
    if (result == TMTP_OK)
        result = take_name(&to, &known, c->tmtp_introducer_alias, &error);
    else if (result == TMTP_NONE)
        result = register_new(&to, c, &error);
    credentials_free(&known);
    if (result == TMTP_OK)
        return AGORA_OK;
    tmtp_link_hide_uids(error.text);
    return error_set(&w->error, AGORA_UNAVAILABLE, NULL, "%s.%s", error.text,
                     result == TMTP_REFUSED ? " Choose another introducer_alias, and repeat this."
                                            : "");
}
