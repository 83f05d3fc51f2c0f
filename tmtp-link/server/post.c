/*
 * Post, PostNotify, Ping and the note of a login: from a client's request to the messages that go
 * to the database (post_store.c).
 */
#include "tmtp-link/server/post.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/link.h"
#include "tmtp-link/server/post_request.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/session.h"
#include "tmtp-link/server/text.h"
#include "tmtp-link/server/upload.h"

void post_free(struct post *post)
{
    for (size_t i = 0; i < post->part_count; i++) {
        outgoing_free(&post->parts[i]);
    }
    free(post->recipients);
    free(post);
}

/* A post of the link's user, of so many messages, with no recipient yet. */
static struct post *post_new(struct link *link, size_t part_count)
{
    struct post *post = calloc(1, sizeof *post + part_count * sizeof *post->parts);

    if (post != NULL) {
        post->request.kind = &post_kind;
        post->link = link;
        post->account = link->account;
        post->part_count = part_count;
        post->op = TMTP_LOGIN;
    }
    return post;
}

/* The same with what the client has sent; the texts are the header's until set_recipients. */
static struct post *post_of_client(struct link *link, size_t part_count)
{
    const struct tmtp_header *header = link->header;
    struct post *post = post_new(link, part_count);

    if (post == NULL) {
        link_close(link, "no memory");
        return NULL;
    }
    post->node = link->node;
    post->op = header->op;
    post->fornotself = header->fornotself;
    post->id = header->id;
    post->from = header->from;
    post->parts[0].data_len = header->datalen;
    outgoing_take_data(&post->parts[0], link);
    post->request.octets = buffer_len(&post->parts[0].data);
    return post;
}

/* Move a text to @a room; gives what is behind it. */
static char *keep_text(struct tmtp_text *text, char *room)
{
    if (text->at == NULL) {
        return room;
    }
    memcpy(room, text->at, text->len);
    text->at = room;
    return room + text->len;
}

/* Copy the recipients, those of each list in turn, and all texts of the post. */
static bool set_recipients(struct post *post, const struct tmtp_for_list lists[], size_t list_count)
{
    size_t octets = post->id.len + post->from.len;
    size_t count = 0;
    struct tmtp_for *to;
    char *room;

    for (size_t i = 0; i < list_count; i++) {
        count += lists[i].count;
        for (size_t j = 0; j < lists[i].count; j++) {
            octets += lists[i].items[j].id.len;
        }
    }
    to = malloc(count * sizeof *to + octets + 1);
    if (to == NULL) {
        return false;
    }
    post->recipients = to;
    post->recipient_count = post->note_from = count;
    room = keep_text(&post->from, keep_text(&post->id, (char *)(to + count)));
    for (size_t i = 0; i < list_count; i++) {
        for (size_t j = 0; j < lists[i].count; j++) {
            *to = lists[i].items[j];
            room = keep_text(&to++->id, room);
        }
    }
    return true;
}

static void submit(struct link *link, struct post *post, bool made)
{
    if (!made) {
        upload_drop(link->server, post->parts[0].upload);
        post_free(post);
        link_quit(link, "invalid header"); /* too long, once its texts are those of the message */
        return;
    }
    session_submit(link, &post->request);
}

/* --- Post and PostNotify ------------------------------------------------------------------- */

/* A delivery; @a notify is how many a PostNotify names, or 0. */
static bool make_delivery(struct post *post, int64_t notify)
{
    const struct tmtp_header *request = post->link->header;
    json_t *header = outgoing_begin(&post->parts[0], post->link, "delivery");

    outgoing_set_number(header, "datahead", request->datahead);
    outgoing_set_number(header, "datasum", request->datasum);
    outgoing_set_number(header, "notify", notify);
    return outgoing_seal(&post->parts[0], header);
}

void post_message(struct link *link)
{
    struct post *post;

    if (!upload_finish(link)) {
        link_close(link, "no memory");
        return;
    }
    post = post_of_client(link, 1);
    if (post != NULL) {
        submit(link, post, set_recipients(post, &link->header->for_, 1) && make_delivery(post, 0));
    }
}

const char *post_notify_fault(const struct tmtp_header *header)
{
    if (header->notelen < 1 || header->notelen >= header->datalen) {
        return "data too short for request type";
    }
    if (header->fornotself && header->for_.count == 0) {
        return "recipient list empty";
    }
    if (header->datahead > header->datalen - header->notelen) {
        return "invalid header"; /* it would be longer than the data of the delivery */
    }
    return header->notelen > TMTP_NOTE_MAX ? "data too long for request type" : NULL;
}

/* The message goes to `for`, the notification to `for` and `notefor`. */
static bool set_notify_recipients(struct post *post, const struct tmtp_header *header)
{
    const struct tmtp_for_list lists[] = {header->for_, header->for_, header->notefor};

    if (!set_recipients(post, lists, 3)) {
        return false;
    }
    post->note_from = header->for_.count;
    return true;
}

static bool make_notification(struct post *post)
{
    const struct tmtp_header *request = post->link->header;
    const struct outgoing *message = &post->parts[0];
    struct outgoing *note = &post->parts[1];
    char postid[TMTP_MSGID_LEN + 1];
    json_t *header;

    memcpy(note->posted, message->posted, sizeof note->posted);
    header = outgoing_begin(note, post->link, "notify");
    snprintf(postid, sizeof postid, "%016" PRIx64, (uint64_t)message->id);
    json_object_set_new(header, "postid", json_string(postid));
    outgoing_set_number(header, "datahead", request->notehead);
    outgoing_set_number(header, "datasum", request->notesum);
    return outgoing_seal(note, header);
}

void post_notify(struct link *link)
{
    const struct tmtp_header *header = link->header;
    struct post *post;
    int64_t named;

    if (!upload_finish(link)) {
        link_close(link, "no memory");
        return;
    }
    post = post_of_client(link, 2);
    if (post == NULL) {
        return;
    }
    post->parts[0].data_len -= header->notelen;
    post->parts[1].data = link->note;
    post->parts[1].data_len = header->notelen;
    post->request.octets += buffer_len(&link->note);
    link->note = (struct buffer){0};
    named = (int64_t)(header->for_.count + header->notefor.count) + (header->fornotself ? 0 : 1);
    submit(link, post,
           set_notify_recipients(post, header) && make_delivery(post, named) &&
               make_notification(post));
}

/* --- Ping and the note of a login ---------------------------------------------------------- */

static bool make_ping(struct post *post)
{
    const struct tmtp_header *request = post->link->header;
    json_t *header = outgoing_begin(&post->parts[0], post->link, "ping");

    outgoing_set_number(header, "datahead", request->datahead);
    outgoing_set_number(header, "datasum", request->datasum);
    outgoing_set_text(header, "alias", request->from);
    outgoing_set_text(header, "to", request->to);
    return outgoing_seal(&post->parts[0], header);
}

void post_ping(struct link *link)
{
    const char *fault = text_fault(&link->data);
    struct tmtp_for to = {.id = link->header->to};
    const struct tmtp_for_list list = {.items = &to, .count = 1};
    struct post *post;

    if (fault != NULL) {
        link_quit(link, fault);
        return;
    }
    post = post_of_client(link, 1);
    if (post != NULL) {
        submit(link, post, set_recipients(post, &list, 1) && make_ping(post));
    }
}

void post_login_note(struct link *link)
{
    struct post *post = post_new(link, 1);
    json_t *header;

    if (post == NULL) {
        return;
    }
    header = outgoing_begin(&post->parts[0], link, "login");
    json_object_set_new(header, "node", json_string("tbd"));
    submit(link, post, outgoing_seal(&post->parts[0], header));
}
