/*
 * `tmtp read` and `contacts`. Each message is printed, then what it teaches is saved, then it is
 * acked: a crash in between prints it again, and loses nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/command/command.h"
#include "tmtp-link/wire/inner.h"

enum { QUIET_MS = 1000 };

/* A message taken apart. */
struct letter {
    const struct tmtp_message *message;
    struct inner inner;
    bool has_inner;
    const char *body;
    size_t body_len;
    bool impostor;
};

/* What the body leaves for attachments, which follow it. */
static size_t attached(const struct inner *inner)
{
    json_t *item;
    size_t i;
    json_int_t sum = 0;

    json_array_foreach(inner->attach, i, item)
    {
        json_int_t size = json_integer_value(json_object_get(item, "size"));

        if (size > 0 && size < TMTP_NUMBER_MAX) {
            sum += size;
        }
    }
    return (size_t)sum;
}

static void open_letter(const struct tmtp_message *message, struct letter *letter)
{
    size_t head = (size_t)message->header.datahead;
    size_t rest;

    *letter = (struct letter){.message = message};
    if (head > message->data_len) {
        head = message->data_len;
    }
    letter->has_inner = head > 0 && inner_parse(message->data, head, &letter->inner);
    letter->body = message->data + head;
    letter->body_len = message->data_len - head;
    rest = letter->has_inner ? attached(&letter->inner) : 0;
    if (rest <= letter->body_len) {
        letter->body_len -= rest;
    }
}

/* Who it says it is from. */
static const char *sender(const struct letter *letter)
{
    const char *alias = letter->has_inner ? letter->inner.alias : letter->message->header.alias.at;

    return alias == NULL ? "" : alias;
}

static const char *thread_of(const struct letter *letter)
{
    const char *id = letter->message->header.id.at;

    if (!letter->has_inner) {
        return NULL;
    }
    return letter->inner.threadid == NULL || *letter->inner.threadid == '\0'
               ? id
               : letter->inner.threadid;
}

static enum tmtp_result print_as_json(const struct letter *letter, struct tmtp_error *error)
{
    const struct tmtp_header *header = &letter->message->header;
    const struct inner *inner = &letter->inner;
    bool shown = !letter->impostor;
    /* NULL when it is not UTF-8 */
    json_t *body = shown ? json_stringn(letter->body, letter->body_len) : NULL;

    return print_json(
        json_pack("{s:s, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:O*, s:o*, s:b}",
                  "op", header->op_name.at, "id", header->id.at, "posted", header->posted.at,
                  "from", header->from.at, "alias", sender(letter), "to", header->to.at, "gid",
                  header->gid.at, "act", header->act.at, "thread", thread_of(letter), "subject",
                  shown ? inner->subject : NULL, "datahead", shown ? inner->json : NULL, "body",
                  body, "impostor", (int)letter->impostor),
        error);
}

static void print_line(const char *label, const char *text)
{
    if (text != NULL && *text != '\0') {
        printf("%s: ", label);
        print_text(text, strlen(text));
        putchar('\n');
    }
}

static enum tmtp_result print_as_text(const struct letter *letter, struct tmtp_error *error)
{
    const struct tmtp_header *header = &letter->message->header;

    if (letter->impostor) {
        printf("A message from somebody who uses the name ");
        print_text(sender(letter), strlen(sender(letter)));
        printf(" of another was dropped.\n\n");
        return print_flush(error);
    }
    print_line("From", sender(letter));
    print_line("Date", header->posted.at);
    print_line("Subject", letter->has_inner ? letter->inner.subject : NULL);
    print_line("Thread", thread_of(letter));
    print_line("Group", header->gid.at);
    putchar('\n');
    print_text(letter->body, letter->body_len);
    printf("\n\n");
    return print_flush(error);
}

/* Whether a person wants to see it; the others are the server's own notices. */
static bool is_for_people(const struct tmtp_message *message)
{
    static const char *const ops[] = {"delivery", "ping", "notify", "invite", "member"};

    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (tmtp_text_is(message->header.op_name, ops[i])) {
            return true;
        }
    }
    return false;
}

/* Print one message, and save what it teaches. */
static enum tmtp_result take(const struct options *options, struct client *client,
                             const struct tmtp_message *message, struct tmtp_error *error)
{
    struct letter letter;
    enum tmtp_result result;

    if ((uint64_t)message->header.datalen != message->data_len) {
        return tmtp_fail(error, TMTP_LOCAL,
                         "a message of %lld octets is more than this command takes",
                         (long long)message->header.datalen);
    }
    open_letter(message, &letter);
    letter.impostor =
        !contacts_learn(&client->credentials, message, letter.has_inner ? &letter.inner : NULL);
    result = options->json ? print_as_json(&letter, error) : print_as_text(&letter, error);
    if (result == TMTP_OK) {
        result = credentials_save(&client->credentials, error);
    }
    inner_free(&letter.inner);
    return result;
}

enum tmtp_result command_read(const struct options *options, struct tmtp_error *error)
{
    int wait_ms = options->wait_ms < 0 ? QUIET_MS : options->wait_ms;
    struct client client = {0};
    unsigned seen = 0;
    enum tmtp_result result = client_open(options, &client, error);

    while (result == TMTP_OK && (options->count == 0 || seen < options->count)) {
        struct tmtp_message *message = NULL;

        result = session_next(client.session, wait_ms, &message, error);
        if (result == TMTP_OK && is_for_people(message)) {
            result = take(options, &client, message, error);
            seen++;
        }
        if (result == TMTP_OK) {
            result = session_ack(client.session, message, error);
        }
        stream_message_free(message);
    }
    client_close(&client);
    return result == TMTP_NONE ? TMTP_OK : result;
}

enum tmtp_result command_contacts(const struct options *options, struct tmtp_error *error)
{
    struct credentials credentials = {0};
    enum tmtp_result result = credentials_load(options->credentials, &credentials, error);
    const char *alias;
    json_t *contact;

    if (result != TMTP_OK) {
        return result == TMTP_NONE ? TMTP_LOCAL : result;
    }
    json_object_foreach(json_object_get(credentials.json, "contacts"), alias, contact)
    {
        const char *uid = json_string_value(json_object_get(contact, "uid"));
        const char *via = json_string_value(json_object_get(contact, "via"));

        if (options->json) {
            result = print_json(
                json_pack("{s:s, s:s*, s:s*}", "alias", alias, "uid", uid, "via", via), error);
        } else {
            print_text(alias, strlen(alias));
            if (via != NULL && *via != '\0') {
                printf(" (introduced by ");
                print_text(via, strlen(via));
                putchar(')');
            }
            putchar('\n');
        }
    }
    credentials_free(&credentials);
    return result == TMTP_OK ? print_flush(error) : result;
}
