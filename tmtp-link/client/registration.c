/*
 * Registering: the file is written before anything else may fail.
 */
#include "tmtp-link/client/registration.h"

static enum tmtp_result keep(const char *server, const struct registration *what,
                             const struct session_identity *identity, const char *alias,
                             struct tmtp_error *error)
{
    struct credentials made = {0};
    enum tmtp_result result = credentials_new(what->path, server, &made, error);

    if (result == TMTP_OK) {
        result = credentials_set(&made, "uid", identity->uid, error);
    }
    if (result == TMTP_OK) {
        result = credentials_set(&made, "node", identity->node, error);
    }
    if (result == TMTP_OK) {
        result = credentials_set(&made, "alias", alias, error);
    }
    if (result == TMTP_OK) {
        result = credentials_save(&made, error);
    }
    credentials_free(&made);
    return result;
}

/* Log out where the session still stands. When that fails the server frees the node by its own
 * time-out. */
static void leave(struct tmtp_session *session, enum tmtp_result so_far)
{
    struct tmtp_error unused;

    if (so_far == TMTP_OK || so_far == TMTP_REFUSED) {
        enum tmtp_result left = session_quit(session, &unused);

        (void)left;
    }
    session_close(session);
}

enum tmtp_result registration_make(const struct session_options *to,
                                   const struct registration *what,
                                   struct session_identity *identity, struct tmtp_error *error)
{
    struct tmtp_error refusal = {0};
    struct tmtp_session *session = NULL;
    enum tmtp_result result = session_open(to, &session, error);

    if (result == TMTP_OK) {
        result = session_register(session, what->node, what->alias, what->oidc, identity, &refusal,
                                  error);
    }
    if (result == TMTP_OK) {
        result = keep(to->server, what, identity, *refusal.text == '\0' ? what->alias : "", error);
    }
    leave(session, result);
    if (result == TMTP_OK && *refusal.text != '\0') {
        result = tmtp_fail(error, TMTP_REFUSED, "%s", refusal.text);
    }
    return result;
}

enum tmtp_result registration_rename(const struct session_options *to,
                                     struct credentials *credentials, const char *alias,
                                     struct tmtp_error *error)
{
    struct tmtp_session *session = NULL;
    enum tmtp_result result = session_open(to, &session, error);

    if (result == TMTP_OK) {
        result = session_login(session, credentials_get(credentials, "uid"),
                               credentials_get(credentials, "node"), error);
    }
    if (result == TMTP_OK) {
        result = session_add_alias(session, alias, error);
    }
    if (result == TMTP_OK) {
        result = credentials_set(credentials, "alias", alias, error);
    }
    if (result == TMTP_OK) {
        result = credentials_save(credentials, error);
    }
    leave(session, result);
    return result;
}
