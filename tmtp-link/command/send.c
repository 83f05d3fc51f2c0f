/*
 * `tmtp ping` and `post`.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tmtp-link/command/attach.h"
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
    struct session_to to[COMMAND_TO_MAX];
    struct inner_person people[COMMAND_TO_MAX]; /* the same, as cc has them */
    size_t count;
    struct attached attached;
    char *datahead;
};

static enum tmtp_result add_person(const struct client *client, const char *who, struct post *post,
                                   struct tmtp_error *error)
{
    struct inner_person *person = &post->people[post->count];

    if (who == NULL || !contacts_find(&client->credentials, who, person)) {
        return tmtp_fail(error, TMTP_LOCAL,
                         "'%s' is not among the contacts (see `tmtp contacts`; "
                         "`tmtp read` learns them)",
                         who == NULL ? "" : who);
    }
    post->to[post->count++] = (struct session_to){person->uid, TMTP_FOR_UID};
    return TMTP_OK;
}

static void add_group(const char *gid, struct post *post)
{
    post->people[post->count] = (struct inner_person){gid, gid};
    post->to[post->count++] = (struct session_to){gid, TMTP_FOR_GROUP_NOT_SELF};
}

/* All in the thread that is replied to. */
static enum tmtp_result find_thread(const struct options *options, const struct client *client,
                                    struct post *post, struct tmtp_error *error)
{
    json_t *all = contacts_of_thread(&client->credentials, options->thread);
    enum tmtp_result result = TMTP_OK;
    json_t *item;
    size_t i;

    json_array_foreach(all, i, item)
    {
        const char *gid = json_string_value(json_object_get(item, "group"));

        if (post->count == COMMAND_TO_MAX) {
            break;
        }
        if (gid != NULL) {
            add_group(gid, post);
        } else if (result == TMTP_OK) {
            result = add_person(client, json_string_value(item), post, error);
        }
    }
    return result;
}

/* Whom it goes to: those named, or for a reply all in the thread. */
static enum tmtp_result find_people(const struct options *options, const struct client *client,
                                    struct post *post, struct tmtp_error *error)
{
    enum tmtp_result result = TMTP_OK;

    if (options->to.count + options->to_groups.count > COMMAND_TO_MAX) {
        return tmtp_fail(error, TMTP_LOCAL, "at most %d recipients", COMMAND_TO_MAX);
    }
    for (size_t i = 0; i < options->to_groups.count; i++) {
        add_group(options->to_groups.items[i], post);
    }
    for (size_t i = 0; result == TMTP_OK && i < options->to.count; i++) {
        result = add_person(client, options->to.items[i], post, error);
    }
    if (post->count == 0 && options->thread != NULL) {
        result = find_thread(options, client, post, error);
    }
    if (result == TMTP_OK && post->count == 0) {
        return tmtp_fail(error, TMTP_LOCAL,
                         options->thread == NULL
                             ? "post needs --to or --to-group, or --thread of a known thread"
                             : "this thread is not known: name people by --to");
    }
    return result;
}

static char *make_datahead(const struct options *options, const struct client *client,
                           const struct post *post)
{
    const struct inner_person author = {.alias = credentials_get(&client->credentials, "alias"),
                                        .uid = credentials_get(&client->credentials, "uid")};
    time_t now = time(NULL);
    struct tm parts;
    char date[32];
    char *head;

    if (options->thread != NULL) {
        head = inner_reply(author.alias, options->thread);
    } else {
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &parts));
        head = inner_thread(&author, post->people, post->count,
                            options->subject == NULL ? "" : options->subject, date, NULL);
    }
    return inner_add_files(head, post->attached.names, post->attached.count);
}

static enum tmtp_result send_post(const struct options *options, struct client *client,
                                  struct post *post, const char *body, size_t len,
                                  struct tmtp_error *error)
{
    struct session_letter letter = {.to = post->to,
                                    .body = body,
                                    .body_len = len,
                                    .files = post->attached.files,
                                    .file_count = post->attached.count};
    struct session_receipt receipt = {0};
    enum tmtp_result result = find_people(options, client, post, error);

    if (result != TMTP_OK) {
        return result;
    }
    letter.to_count = post->count;
    letter.datahead = post->datahead = make_datahead(options, client, post);
    if (post->datahead == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory, or a text is not UTF-8");
    }
    result = session_send(client->session, &letter, &receipt, error);
    if (result == TMTP_OK && options->thread == NULL) {
        contacts_add_thread(&client->credentials, receipt.msgid,
                            options->subject == NULL ? "" : options->subject, post->to,
                            post->count);
        result = credentials_save(&client->credentials, error);
    }
    if (result == TMTP_OK) {
        result = print_receipt(options, options->thread == NULL ? receipt.msgid : options->thread,
                               &receipt, error);
    }
    return result;
}

/* With the text at hand: open the files, log in and send. */
static enum tmtp_result post_body(const struct options *options, const char *body, size_t len,
                                  struct tmtp_error *error)
{
    struct client client = {0};
    struct post *post = calloc(1, sizeof *post);
    enum tmtp_result result;

    if (post == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    result = attach_open(&options->attach, &post->attached, error);
    if (result == TMTP_OK) {
        result = client_open(options, &client, error);
    }
    if (result == TMTP_OK) {
        result = send_post(options, &client, post, body, len, error);
    }
    client_close(&client);
    attach_close(&post->attached);
    free(post->datahead);
    free(post);
    return result;
}

enum tmtp_result command_post(const struct options *options, struct tmtp_error *error)
{
    char *body = NULL;
    size_t len = 0;
    enum tmtp_result result = read_body(options->words[0], &body, &len, error);

    if (result == TMTP_OK) {
        result = post_body(options, body, len, error);
    }
    free(body);
    return result;
}
