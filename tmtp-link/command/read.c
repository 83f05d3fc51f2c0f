/*
 * `tmtp read`. Each message is printed, then what it teaches is saved, then it is
 * acked: a crash in between prints it again, and loses nothing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/client/groups.h"
#include "tmtp-link/command/attach.h"
#include "tmtp-link/command/notice.h"
#include "tmtp-link/wire/inner.h"

enum { QUIET_MS = 1000 };

/* A message taken apart. */
struct letter {
    const struct tmtp_message *message;
    struct inner inner;
    bool has_inner;
    const char *body;
    size_t body_len;
    const char *files; /* what follows the body, or NULL */
    json_t *saved;     /* array of the paths under which they were stored, or NULL */
    bool impostor;
};

static void open_letter(const struct tmtp_message *message, struct letter *letter)
{
    size_t head = (size_t)message->header.datahead;
    size_t files = 0;

    *letter = (struct letter){.message = message};
    if (head > message->data_len) {
        head = message->data_len;
    }
    letter->has_inner = head > 0 && inner_parse(message->data, head, &letter->inner);
    letter->body = message->data + head;
    letter->body_len = message->data_len - head;
    if (letter->has_inner && attach_octets(&letter->inner, letter->body_len, &files)) {
        letter->body_len -= files;
        letter->files = letter->body + letter->body_len;
    }
}

static void close_letter(struct letter *letter)
{
    inner_free(&letter->inner);
    json_decref(letter->saved);
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

/* The group that it is about, or that its thread is for. */
static const char *group_of(const struct credentials *credentials, const struct letter *letter)
{
    const char *gid = letter->message->header.gid.at;

    if (gid == NULL && letter->has_inner) {
        gid = inner_group(&letter->inner);
    }
    return gid != NULL || thread_of(letter) == NULL
               ? gid
               : contacts_group_of_thread(credentials, thread_of(letter));
}

static enum tmtp_result print_as_json(const struct credentials *credentials,
                                      const struct letter *letter, struct tmtp_error *error)
{
    const struct tmtp_header *header = &letter->message->header;
    const struct inner *inner = &letter->inner;
    bool shown = !letter->impostor;
    /* NULL when it is not UTF-8 */
    json_t *body = shown ? json_stringn(letter->body, letter->body_len) : NULL;

    return print_json(
        json_pack(
            "{s:s, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:O*, s:o*, s:O*, "
            "s:b}",
            "op", header->op_name.at, "id", header->id.at, "posted", header->posted.at, "from",
            header->from.at, "alias", sender(letter), "to", header->to.at, "gid",
            group_of(credentials, letter), "act", header->act.at, "newalias", header->newalias.at,
            "thread", thread_of(letter), "subject", shown ? inner->subject : NULL, "datahead",
            shown ? inner->json : NULL, "body", body, "saved", letter->saved, "impostor",
            (int)letter->impostor),
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

/* The files that came with it, and where they are now. */
static void print_files(const struct letter *letter)
{
    struct inner_file file;

    for (size_t i = 0; letter->files != NULL && inner_file(&letter->inner, i, &file); i++) {
        const char *name = strncmp(file.name, "u:", 2) == 0 ? file.name + 2 : file.name;
        const char *path = json_string_value(json_array_get(letter->saved, i));

        printf("Attached: ");
        print_text(name, strlen(name));
        printf(" (%" PRIu64 " octets)", file.size);
        if (path != NULL) {
            printf(", saved as ");
            print_text(path, strlen(path));
        }
        putchar('\n');
    }
}

static enum tmtp_result print_as_text(const struct credentials *credentials,
                                      const struct letter *letter, struct tmtp_error *error)
{
    const struct tmtp_header *header = &letter->message->header;

    if (letter->impostor) {
        printf("A message from somebody who uses the name ");
        print_text(sender(letter), strlen(sender(letter)));
        printf(" of another was dropped.\n\n");
        return print_flush(error);
    }
    if (notice_is(letter->message)) {
        notice_print(credentials, letter->message);
        return print_flush(error);
    }
    print_line("From", sender(letter));
    print_line("Date", header->posted.at);
    print_line("Subject", letter->has_inner ? letter->inner.subject : NULL);
    print_line("Thread", thread_of(letter));
    print_line("Group", group_of(credentials, letter));
    print_files(letter);
    putchar('\n');
    print_text(letter->body, letter->body_len);
    printf("\n\n");
    return print_flush(error);
}

/* Store the files of a message, when that is asked for. */
static enum tmtp_result save_files(const struct options *options, struct letter *letter,
                                   struct tmtp_error *error)
{
    if (options->save == NULL || letter->impostor || letter->files == NULL) {
        return TMTP_OK;
    }
    letter->saved = json_array();
    return attach_save(options->save, &letter->inner, letter->files, letter->saved, error);
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
    result = save_files(options, &letter, error);
    if (result == TMTP_OK) {
        result = options->json ? print_as_json(&client->credentials, &letter, error)
                               : print_as_text(&client->credentials, &letter, error);
    }
    if (!letter.impostor) {
        group_learn(&client->credentials, message);
    }
    if (result == TMTP_OK) {
        result = credentials_save(&client->credentials, error);
    }
    close_letter(&letter);
    return result;
}

/* What is for this program alone. */
static enum tmtp_result take_notice(struct client *client, const struct tmtp_message *message,
                                    struct tmtp_error *error)
{
    return node_learn(&client->credentials, message) ? credentials_save(&client->credentials, error)
                                                     : TMTP_OK;
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
        if (result == TMTP_OK && notice_is_for_people(message)) {
            result = take(options, &client, message, error);
            seen++;
        } else if (result == TMTP_OK) {
            result = take_notice(&client, message, error);
        }
        if (result == TMTP_OK) {
            result = session_ack(client.session, message, error);
        }
        stream_message_free(message);
    }
    client_close(&client);
    return result == TMTP_NONE ? TMTP_OK : result;
}
