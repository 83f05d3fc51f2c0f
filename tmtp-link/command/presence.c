/*
 * `tmtp presence --watch`: who is online, as it changes. TMTP shows a user only to those whom the
 * user has named, so this client shows itself to whom it watches; other nodes of its own are not
 * told (`init`). Messages stay in the queue, unacknowledged.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tmtp-link/command/command.h"

enum { ON = 1, OFF = 2, SLICE_MS = 3600000 };

/* Whom to watch; none is everybody. */
struct watched {
    struct inner_person people[COMMAND_TO_MAX];
    const char *uids[COMMAND_TO_MAX];
    size_t count;
};

static enum tmtp_result find_people(const struct options *options, const struct client *client,
                                    struct watched *watched, struct tmtp_error *error)
{
    if (options->word_count > COMMAND_TO_MAX) {
        return tmtp_fail(error, TMTP_LOCAL, "at most %d names", COMMAND_TO_MAX);
    }
    for (size_t i = 0; i < options->word_count; i++) {
        struct inner_person *person = &watched->people[i];

        if (!contacts_find(&client->credentials, options->words[i], person)) {
            return tmtp_fail(error, TMTP_LOCAL,
                             "'%s' is not among the contacts (see `tmtp contacts`)",
                             options->words[i]);
        }
        watched->uids[watched->count++] = person->uid;
    }
    return TMTP_OK;
}

static bool is_watched(const struct watched *watched, const char *uid)
{
    for (size_t i = 0; i < watched->count; i++) {
        if (strcmp(watched->uids[i], uid) == 0) {
            return true;
        }
    }
    return watched->count == 0;
}

static enum tmtp_result print(const struct options *options, const struct client *client,
                              const char *uid, bool online, struct tmtp_error *error)
{
    const char *alias = contacts_alias(&client->credentials, uid);

    if (options->json) {
        return print_json(
            json_pack("{s:s, s:s, s:b}", "uid", uid, "alias", alias, "online", (int)online), error);
    }
    print_text(alias, strlen(alias));
    puts(online ? " is online" : " is offline");
    return print_flush(error);
}

/* How it is now, for each who was named. */
static enum tmtp_result print_first(const struct options *options, const struct client *client,
                                    const struct watched *watched, struct tmtp_error *error)
{
    enum tmtp_result result = TMTP_OK;

    for (size_t i = 0; result == TMTP_OK && i < watched->count; i++) {
        result = print(options, client, watched->uids[i],
                       session_online(client->session, watched->uids[i]), error);
    }
    return result;
}

/* Print changes until there are enough, or none comes in time. */
static enum tmtp_result watch(const struct options *options, const struct client *client,
                              const struct watched *watched, struct tmtp_error *error)
{
    enum tmtp_result result = TMTP_OK;
    unsigned seen = 0;

    while (result == TMTP_OK && (options->count == 0 || seen < options->count)) {
        struct tmtp_message *message = NULL;
        const struct tmtp_header *header;

        result = session_next(client->session, options->wait_ms < 0 ? SLICE_MS : options->wait_ms,
                              &message, error);
        header = message == NULL ? NULL : &message->header;
        if (result == TMTP_NONE && options->wait_ms < 0) {
            result = TMTP_OK; /* no end was asked for */
        } else if (header != NULL && tmtp_text_is(header->op_name, "ohi") &&
                   header->from.at != NULL && is_watched(watched, header->from.at) &&
                   (header->status == ON || header->status == OFF)) {
            result = print(options, client, header->from.at, header->status == ON, error);
            seen++;
        }
        stream_message_free(message);
    }
    return result == TMTP_NONE ? TMTP_OK : result;
}

enum tmtp_result command_presence(const struct options *options, struct tmtp_error *error)
{
    struct client client = {0};
    struct watched watched = {0};
    enum tmtp_result result;

    if (!options->watch) {
        return tmtp_fail(error, TMTP_LOCAL, "presence needs --watch");
    }
    result = client_open(options, &client, error);
    if (result == TMTP_OK) {
        result = find_people(options, &client, &watched, error);
    }
    if (result == TMTP_OK && watched.count > 0) {
        result = session_ohi(client.session, watched.uids, watched.count, "init", error);
    }
    if (result == TMTP_OK) {
        result = print_first(options, &client, &watched, error);
    }
    if (result == TMTP_OK) {
        result = watch(options, &client, &watched, error);
    }
    client_close(&client);
    return result;
}
