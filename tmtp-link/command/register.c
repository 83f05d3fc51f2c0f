/*
 * `tmtp register`, `login` and `alias`: the account. The server gives a client five seconds to log
 * in, so the link that tells where to sign in is closed before the browser is opened, and another
 * made after.
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tmtp-link/client/oidc.h"
#include "tmtp-link/command/command.h"

enum { SIGN_IN_MS = 300000 };

extern char **environ;

/* Let the person see the address: print it, and open it in a browser unless only printing was
 * asked. */
static enum tmtp_result show_url(const struct options *options, const char *url,
                                 struct tmtp_error *error)
{
    const char *browser = options->browser == NULL ? "xdg-open" : options->browser;
    char *const arguments[] = {(char *)browser, (char *)url, NULL};
    posix_spawn_file_actions_t quiet;
    pid_t pid;
    int failure;
    enum tmtp_result result;

    if (options->json) {
        result = print_json(json_pack("{s:s}", "url", url), error);
    } else {
        printf("Open this address in a browser and sign in:\n%s\n", url);
        result = print_flush(error);
    }
    if (result != TMTP_OK || options->print_url || (options->json && options->browser == NULL)) {
        return result;
    }
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", 1 /* O_WRONLY */, 0);
    failure = posix_spawnp(&pid, browser, &quiet, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&quiet);
    if (failure != 0 && options->browser != NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "can't run %s: %s", browser, strerror(failure));
    }
    return TMTP_OK;
}

/* Choose the provider: the one named, or the first. Its index, or -1. */
static int choose(const struct tmtp_session *session, const char *label,
                  struct session_provider *provider)
{
    for (int i = 0; session_provider(session, (size_t)i, provider); i++) {
        if (label == NULL || strcmp(label, provider->label) == 0) {
            return i;
        }
    }
    return -1;
}

/* Sign in where the server says; leaves the object NULL when it says nowhere. */
static enum tmtp_result sign_in(const struct options *options, const struct session_options *to,
                                json_t **oidc, struct tmtp_error *error)
{
    struct tmtp_session *session = NULL;
    struct session_provider provider;
    struct oidc_login *login = NULL;
    enum tmtp_result result = session_open(to, &session, error);
    int index;

    if (result != TMTP_OK) {
        return result;
    }
    index = choose(session, options->provider, &provider);
    if (index >= 0) {
        result =
            oidc_begin(&provider, (size_t)index, (uint16_t)options->redirect_port, &login, error);
    } else if (options->provider != NULL) {
        result =
            tmtp_fail(error, TMTP_LOCAL, "the server has no sign-in named %s", options->provider);
    }
    session_close(session);
    if (login != NULL) {
        result = show_url(options, oidc_url(login), error);
        if (result == TMTP_OK) {
            result = oidc_finish(login, options->wait_ms < 0 ? SIGN_IN_MS : options->wait_ms,
                                 options->ca_file, oidc, error);
        }
        oidc_free(login);
    }
    return result;
}

/* Keep what the server gave, before anything else may fail. */
static enum tmtp_result keep(const struct options *options, const struct session_identity *identity,
                             const char *alias, struct tmtp_error *error)
{
    struct credentials made = {0};
    enum tmtp_result result = credentials_new(options->credentials, options->server, &made, error);

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

static enum tmtp_result register_with(const struct options *options,
                                      const struct session_options *to, json_t *oidc,
                                      struct tmtp_error *error)
{
    struct session_identity identity = {0};
    struct tmtp_error refusal = {0};
    struct tmtp_error unused;
    struct tmtp_session *session = NULL;
    enum tmtp_result result = session_open(to, &session, error);

    if (result == TMTP_OK) {
        result = session_register(session, options->node == NULL ? "tmtp" : options->node,
                                  options->alias, oidc, &identity, &refusal, error);
    }
    if (result == TMTP_OK) {
        result = keep(options, &identity, *refusal.text == '\0' ? options->alias : "", error);
    }
    if (session != NULL && session_quit(session, &unused) == TMTP_OK && result == TMTP_OK &&
        *refusal.text != '\0') {
        result = tmtp_fail(error, TMTP_REFUSED,
                           "registered, but without an alias: %s; "
                           "take another by `tmtp alias`",
                           refusal.text);
    }
    session_close(session);
    if (result != TMTP_OK) {
        return result;
    }
    if (options->json) {
        return print_json(json_pack("{s:s, s:s, s:s}", "server", options->server, "uid",
                                    identity.uid, "alias", options->alias),
                          error);
    }
    printf("Registered at %s as %s; credentials are in %s\n", options->server, options->alias,
           options->credentials);
    return print_flush(error);
}

enum tmtp_result command_register(const struct options *options, struct tmtp_error *error)
{
    struct session_options to = {
        .server = options->server, .ca_file = options->ca_file, .timeout_ms = options->timeout_ms};
    json_t *oidc = NULL;
    enum tmtp_result result;

    if (options->server == NULL || options->alias == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "register needs --server and --alias");
    }
    result = prepare_path(options->credentials, error);
    if (result == TMTP_OK) {
        result = sign_in(options, &to, &oidc, error);
    }
    if (result == TMTP_OK) {
        result = register_with(options, &to, oidc, error);
    }
    json_decref(oidc);
    return result;
}

enum tmtp_result command_login(const struct options *options, struct tmtp_error *error)
{
    struct client client = {0};
    enum tmtp_result result = client_open(options, &client, error);

    if (result != TMTP_OK) {
        return result;
    }
    if (options->json) {
        result = print_json(json_pack("{s:s, s:s, s:s}", "server",
                                      credentials_get(&client.credentials, "server"), "uid",
                                      credentials_get(&client.credentials, "uid"), "alias",
                                      credentials_get(&client.credentials, "alias")),
                            error);
    } else {
        printf("%s accepts this client as %s\n", credentials_get(&client.credentials, "server"),
               credentials_get(&client.credentials, "alias"));
    }
    client_close(&client);
    return result;
}

enum tmtp_result command_alias(const struct options *options, struct tmtp_error *error)
{
    struct client client = {0};
    enum tmtp_result result = client_open(options, &client, error);

    if (result != TMTP_OK) {
        return result;
    }
    result = session_add_alias(client.session, options->words[0], error);
    if (result == TMTP_OK) {
        result = credentials_set(&client.credentials, "alias", options->words[0], error);
    }
    if (result == TMTP_OK) {
        result = credentials_save(&client.credentials, error);
    }
    if (result == TMTP_OK) {
        if (options->json) {
            result = print_json(json_pack("{s:s}", "alias", options->words[0]), error);
        } else {
            printf("This client goes by %s now\n", options->words[0]);
            result = print_flush(error);
        }
    }
    client_close(&client);
    return result;
}
