/*
 * `tmtp group …`: groups of members. What was done is kept in the credentials file, since TMTP has
 * no way to ask a server for one's groups.
 */
#include <stdio.h>
#include <string.h>

#include "tmtp-link/client/groups.h"
#include "tmtp-link/command/command.h"

/* Log in, when the group is named. */
static enum tmtp_result begin(const struct options *options, struct client *client,
                              struct tmtp_error *error)
{
    if (options->gid == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "name the group by --gid");
    }
    return client_open(options, client, error);
}

/* Save what was learned, say what was done, and log out. */
static enum tmtp_result finish(const struct options *options, struct client *client,
                               enum tmtp_result result, const char *act, const char *who,
                               struct tmtp_error *error)
{
    if (result == TMTP_OK) {
        result = credentials_save(&client->credentials, error);
    }
    if (result == TMTP_OK && options->json) {
        result = print_json(
            json_pack("{s:s, s:s, s:s*}", "gid", options->gid, "act", act, "alias", who), error);
    } else if (result == TMTP_OK) {
        const bool by_name = strcmp(act, "invite") == 0 || strcmp(act, "drop") == 0;

        print_text(options->gid, strlen(options->gid));
        printf(": ");
        print_text(by_name ? who : "you", strlen(by_name ? who : "you"));
        printf("%s\n", strcmp(act, "invite") == 0  ? " was invited"
                       : strcmp(act, "join") == 0  ? " have joined"
                       : strcmp(act, "alias") == 0 ? " go by another name now"
                       : strcmp(act, "leave") == 0 ? " have left"
                                                   : " was dropped");
        result = print_flush(error);
    }
    client_close(client);
    return result;
}

enum tmtp_result command_group_invite(const struct options *options, struct tmtp_error *error)
{
    struct client client = {0};
    struct session_receipt receipt;
    const char *alias, *text = options->word_count > 0 ? options->words[0] : "";
    enum tmtp_result result;

    if (options->to.count != 1) {
        return tmtp_fail(error, TMTP_LOCAL, "invite takes one --to");
    }
    result = begin(options, &client, error);
    if (result != TMTP_OK) {
        return result;
    }
    alias = group_alias(&client.credentials, options->gid);
    if (alias == NULL) {
        alias = credentials_get(&client.credentials, "alias");
    }
    result = session_group_invite(client.session, options->gid, alias, options->to.items[0], text,
                                  &receipt, error);
    if (result == TMTP_OK) {
        group_set(&client.credentials, options->gid, alias, true);
    }
    return finish(options, &client, result, "invite", options->to.items[0], error);
}

enum tmtp_result command_group_join(const struct options *options, struct tmtp_error *error)
{
    struct client client = {0};
    const char *alias = options->alias;
    enum tmtp_result result = begin(options, &client, error);

    if (result != TMTP_OK) {
        return result;
    }
    result = session_group_edit(client.session, options->gid, "join", options->alias, NULL, error);
    if (result == TMTP_OK) {
        if (alias == NULL) {
            alias = group_alias(&client.credentials, options->gid);
        }
        group_set(&client.credentials, options->gid,
                  alias == NULL ? credentials_get(&client.credentials, "alias") : alias, true);
    }
    return finish(options, &client, result, "join", NULL, error);
}

enum tmtp_result command_group_alias(const struct options *options, struct tmtp_error *error)
{
    struct client client = {0};
    enum tmtp_result result = begin(options, &client, error);

    if (result != TMTP_OK) {
        return result;
    }
    result =
        session_group_edit(client.session, options->gid, "alias", options->words[0], NULL, error);
    if (result == TMTP_OK) {
        group_set(&client.credentials, options->gid, options->words[0], true);
    }
    return finish(options, &client, result, "alias", options->words[0], error);
}

enum tmtp_result command_group_leave(const struct options *options, struct tmtp_error *error)
{
    struct client client = {0};
    const char *alias;
    enum tmtp_result result = begin(options, &client, error);

    if (result != TMTP_OK) {
        return result;
    }
    alias = group_alias(&client.credentials, options->gid);
    if (alias == NULL) {
        alias = credentials_get(&client.credentials, "alias");
    }
    result = session_group_edit(client.session, options->gid, "drop", NULL, alias, error);
    if (result == TMTP_OK) {
        group_set(&client.credentials, options->gid, alias, false);
    }
    return finish(options, &client, result, "leave", NULL, error);
}

enum tmtp_result command_group_drop(const struct options *options, struct tmtp_error *error)
{
    struct client client = {0};
    enum tmtp_result result;

    if (options->who == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "name who is to leave by --who");
    }
    result = begin(options, &client, error);
    if (result != TMTP_OK) {
        return result;
    }
    result = session_group_edit(client.session, options->gid, "drop", NULL, options->who, error);
    return finish(options, &client, result, "drop", options->who, error);
}

enum tmtp_result command_group_list(const struct options *options, struct tmtp_error *error)
{
    struct credentials credentials = {0};
    enum tmtp_result result = credentials_load(options->credentials, &credentials, error);
    const char *gid;
    json_t *group;

    if (result != TMTP_OK) {
        return result == TMTP_NONE ? TMTP_LOCAL : result;
    }
    json_object_foreach(json_object_get(credentials.json, "groups"), gid, group)
    {
        const char *alias = json_string_value(json_object_get(group, "alias"));
        bool joined = group_joined(&credentials, gid);

        if (options->json && result == TMTP_OK) {
            result = print_json(
                json_pack("{s:s, s:s*, s:b}", "gid", gid, "alias", alias, "joined", (int)joined),
                error);
        } else if (!options->json) {
            print_text(gid, strlen(gid));
            printf(joined ? " (as " : " (invited as ");
            print_text(alias == NULL ? "" : alias, alias == NULL ? 0 : strlen(alias));
            puts(")");
        }
    }
    credentials_free(&credentials);
    return result == TMTP_OK ? print_flush(error) : result;
}
