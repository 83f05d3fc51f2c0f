/*
 * `tmtp ping` and `post`.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tmtp-link/command/command.h"
#include "tmtp-link/wire/inner.h"

enum { STDIN_MAX = 16 << 20 };

/* The text given, or all of standard input for "-". To be freed by free(). */
static enum tmtp_result read_body(const char *word, char **body, size_t *len,
                                  struct tmtp_error *error)
{
    bool from_stdin = strcmp(word, "-") == 0;
    char *text = from_stdin ? malloc(STDIN_MAX + 1) : strdup(word);
    size_t got;

    if (text == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    got = from_stdin ? fread(text, 1, STDIN_MAX + 1, stdin) : strlen(word);
    if (from_stdin && (ferror(stdin) || got > STDIN_MAX)) {
        free(text);
        return tmtp_fail(error, TMTP_LOCAL,
                         ferror(stdin) ? "can't read the text" : "the text is longer than 16 MiB");
    }
    *body = text;
    *len = got;
    return TMTP_OK;
}

static enum tmtp_result print_receipt(const struct options *options, const char *thread,
                                      const struct session_receipt *receipt,
                                      struct tmtp_error *error)
{
    if (options->json) {
        return print_json(json_pack("{s:s, s:s, s:s*}", "msgid", receipt->msgid, "posted",
                                    receipt->posted, "thread", thread),
                          error);
    }
    printf("Sent as %s at %s\n", receipt->msgid, receipt->posted);
    return print_flush(error);
}

enum tmtp_result command_ping(const struct options *options, struct tmtp_error *error)
{
    struct client client = {0};
    struct session_receipt receipt = {0};
    enum tmtp_result result = client_open(options, &client, error);

    if (result != TMTP_OK) {
        return result;
    }
    result = session_ping(client.session, credentials_get(&client.credentials, "alias"),
                          options->words[0], options->words[1], &receipt, error);
    if (result == TMTP_OK) {
        result = print_receipt(options, NULL, &receipt, error);
    }
    client_close(&client);
    return result;
}

/* A message on its way: to whom, and what to say of it. */
struct post {
    struct inner_person people[COMMAND_TO_MAX];
    const char *uids[COMMAND_TO_MAX];
    size_t count;
    char *datahead;
};

/* Whom it goes to: those named, or for a reply all in the thread. */
static enum tmtp_result find_people(const struct options *options, const struct client *client,
                                    struct post *post, struct tmtp_error *error)
{
    json_t *all = options->to.count > 0 || options->thread == NULL
                      ? NULL
                      : contacts_of_thread(&client->credentials, options->thread);
    size_t named = options->to.count + json_array_size(all);

    for (size_t i = 0; i < named && i < COMMAND_TO_MAX; i++) {
        const char *who =
            all == NULL ? options->to.items[i] : json_string_value(json_array_get(all, i));

        if (who == NULL || !contacts_find(&client->credentials, who, &post->people[i])) {
            return tmtp_fail(error, TMTP_LOCAL,
                             "'%s' is not among the contacts (see `tmtp contacts`; "
                             "`tmtp read` learns them)",
                             who == NULL ? "" : who);
        }
        post->uids[i] = post->people[i].uid;
        post->count++;
    }
    if (post->count == 0) {
        return tmtp_fail(error, TMTP_LOCAL,
                         options->thread == NULL ? "post needs --to, or --thread of a known thread"
                                                 : "this thread is not known: name people by --to");
    }
    return TMTP_OK;
}

static char *make_datahead(const struct options *options, const struct client *client,
                           const struct post *post)
{
    const struct inner_person author = {.alias = credentials_get(&client->credentials, "alias"),
                                        .uid = credentials_get(&client->credentials, "uid")};
    time_t now = time(NULL);
    struct tm parts;
    char date[32];

    if (options->thread != NULL) {
        return inner_reply(author.alias, options->thread);
    }
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &parts));
    return inner_thread(&author, post->people, post->count,
                        options->subject == NULL ? "" : options->subject, date, NULL);
}

static enum tmtp_result send_post(const struct options *options, struct client *client,
                                  struct post *post, const char *body, size_t len,
                                  struct tmtp_error *error)
{
    struct session_receipt receipt = {0};
    enum tmtp_result result = find_people(options, client, post, error);

    if (result != TMTP_OK) {
        return result;
    }
    post->datahead = make_datahead(options, client, post);
    if (post->datahead == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory, or a text is not UTF-8");
    }
    result = session_post(client->session, post->uids, post->count, post->datahead, body, len,
                          &receipt, error);
    if (result == TMTP_OK && options->thread == NULL) {
        contacts_add_thread(&client->credentials, receipt.msgid,
                            options->subject == NULL ? "" : options->subject, post->uids,
                            post->count);
        result = credentials_save(&client->credentials, error);
    }
    if (result == TMTP_OK) {
        result = print_receipt(options, options->thread == NULL ? receipt.msgid : options->thread,
                               &receipt, error);
    }
    return result;
}

enum tmtp_result command_post(const struct options *options, struct tmtp_error *error)
{
    struct client client = {0};
    struct post post = {0};
    char *body = NULL;
    size_t len = 0;
    enum tmtp_result result = read_body(options->words[0], &body, &len, error);

    if (result != TMTP_OK) {
        return result;
    }
    result = client_open(options, &client, error);
    if (result == TMTP_OK) {
        result = send_post(options, &client, &post, body, len, error);
    }
    client_close(&client);
    free(post.datahead);
    free(body);
    return result;
}
