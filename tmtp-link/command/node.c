/*
 * `tmtp node add`: a further device of the same user. Its password comes in a message, once, so it
 * is kept at once: in the new credentials file, or where `tmtp read` met it, in this client's own,
 * from which the next `node add` of that label takes it.
 *
 * The server gives a node one message at a time, so an unread one would stand before that message;
 * it is not for this command to take it. A login always leaves a message `login`, so the queue
 * tells soon enough whether something unread is before it.
 */
#include <stdio.h>
#include <string.h>

#include "tmtp-link/command/notice.h"

enum { QUIET_MS = 1000, PATIENCE_MS = 15000 };

static const char *const learned[] = {"contacts", "threads", "groups"};

/* Write the credentials of the new node; what is known of others comes along. */
static enum tmtp_result write_new(const struct options *options,
                                  const struct credentials *credentials, struct tmtp_error *error)
{
    struct credentials made = {0};
    enum tmtp_result result = credentials_new(options->new_credentials,
                                              credentials_get(credentials, "server"), &made, error);

    for (size_t i = 0; result == TMTP_OK && i < sizeof learned / sizeof *learned; i++) {
        json_object_set(made.json, learned[i], json_object_get(credentials->json, learned[i]));
    }
    if (result == TMTP_OK) {
        result = credentials_set(&made, "uid", credentials_get(credentials, "uid"), error);
    }
    if (result == TMTP_OK) {
        result = credentials_set(&made, "alias", credentials_get(credentials, "alias"), error);
    }
    if (result == TMTP_OK) {
        result = credentials_set(&made, "node", credentials_get(credentials, "new_nodeid"), error);
    }
    if (result == TMTP_OK) {
        result = credentials_save(&made, error);
    }
    credentials_free(&made);
    return result;
}

/* The password is here: hand it over, and forget it. */
static enum tmtp_result hand_over(const struct options *options, struct credentials *credentials,
                                  struct tmtp_error *error)
{
    enum tmtp_result result = write_new(options, credentials, error);

    if (result == TMTP_OK) {
        json_object_del(credentials->json, "new_node");
        json_object_del(credentials->json, "new_nodeid");
        result = credentials_save(credentials, error);
    }
    return result;
}

/* Take the server's own notices, up to one that is wanted or until there are none.
 * TMTP_LOCAL when a message for a person stands in between. */
static enum tmtp_result take_notices(struct client *client, int wait_ms, struct tmtp_error *error)
{
    enum tmtp_result result = TMTP_OK;

    while (result == TMTP_OK && *credentials_get(&client->credentials, "new_nodeid") == '\0') {
        struct tmtp_message *message = NULL;

        result = session_next(client->session, wait_ms, &message, error);
        if (result == TMTP_OK && notice_is_for_people(message)) {
            result = tmtp_fail(error, TMTP_LOCAL,
                               "there are unread messages: `tmtp read` first, then this again");
        } else if (result == TMTP_OK && node_learn(&client->credentials, message)) {
            result = credentials_save(&client->credentials, error);
        }
        if (result == TMTP_OK) {
            result = session_ack(client->session, message, error);
        }
        stream_message_free(message);
    }
    return result;
}

/* Send the request, noted before, so that whoever meets the password knows it. */
static enum tmtp_result ask(const struct options *options, struct client *client,
                            struct tmtp_error *error)
{
    enum tmtp_result result =
        credentials_set(&client->credentials, "new_node", options->words[0], error);

    if (result == TMTP_OK) {
        result = credentials_save(&client->credentials, error);
    }
    if (result != TMTP_OK) {
        return result;
    }
    result = session_new_node(client->session, options->words[0], error);
    if (result == TMTP_REFUSED) {
        struct tmtp_error failure = {0};

        json_object_del(client->credentials.json, "new_node");
        if (credentials_save(&client->credentials, &failure) != TMTP_OK) {
            *error = failure;
            result = TMTP_LOCAL;
        }
    }
    return result;
}

/* Get the password. When nothing unread is left and it is not there, it was never asked for, or the
 * request was lost: its message would have come before all others. */
static enum tmtp_result obtain(const struct options *options, struct client *client,
                               struct tmtp_error *error)
{
    const char *before = credentials_get(&client->credentials, "new_node");
    enum tmtp_result result;

    if (*before != '\0' && strcmp(before, options->words[0]) != 0) {
        return tmtp_fail(error, TMTP_LOCAL, "a node '%s' was begun before: add that one first",
                         before);
    }
    result = take_notices(client, QUIET_MS, error);
    if (result == TMTP_NONE) {
        result = ask(options, client, error);
        if (result == TMTP_OK) {
            result = take_notices(client, PATIENCE_MS, error);
        }
    }
    if (result == TMTP_NONE) {
        result = tmtp_fail(error, TMTP_RETRY, "the server has not told the node's password yet");
    }
    return result;
}

static enum tmtp_result print(const struct options *options, struct tmtp_error *error)
{
    if (options->json) {
        return print_json(json_pack("{s:s, s:s}", "node", options->words[0], "credentials",
                                    options->new_credentials),
                          error);
    }
    printf("Added a node; its credentials are in %s\n", options->new_credentials);
    return print_flush(error);
}

enum tmtp_result command_node_add(const struct options *options, struct tmtp_error *error)
{
    struct client client = {0};
    enum tmtp_result result;

    if (options->new_credentials == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "name the file to make by --new-credentials");
    }
    result = prepare_path(options->new_credentials, error);
    if (result == TMTP_OK) {
        result = client_open(options, &client, error);
    }
    if (result != TMTP_OK) {
        return result;
    }
    result = obtain(options, &client, error);
    if (result == TMTP_OK) {
        result = hand_over(options, &client.credentials, error);
    }
    if (result == TMTP_OK) {
        result = print(options, error);
    }
    client_close(&client);
    return result;
}
