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
    header_free(&post->header);
    for (size_t i = 0; i < post->part_count; i++) {
        outgoing_free(&post->parts[i]);
    }
    free(post->list);
    free(post);
}

/* A post of the link's user, of one message, with no recipient yet. */
static struct post *post_new(struct link *link)
{
    struct post *post = calloc(1, sizeof *post);

    if (post != NULL) {
        post->request.kind = &post_kind;
        post->link = link;
        post->account = link->account;
        post->part_count = 1;
        post->header.op = TMTP_LOGIN;
    }
    return post;
}

/* The same with what the client has sent. */
static struct post *post_of_client(struct link *link)
{
    struct post *post = post_new(link);

    if (post == NULL) {
        link_close(link, "no memory");
        return NULL;
    }
    post->node = link->node;
    post->header = session_take_header(link);
    post->parts[0].data_len = post->header.datalen;
    outgoing_take_data(&post->parts[0], link);
    post->request.octets = buffer_len(&post->parts[0].data);
    return post;
}

static void set_recipients(struct post *post, const struct tmtp_for *recipients, size_t count)
{
    post->recipients = recipients;
    post->recipient_count = count;
    post->note_from = count;
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
    json_t *header = outgoing_begin(&post->parts[0], post->link, "delivery");

    outgoing_set_number(header, "datahead", post->header.datahead);
    outgoing_set_number(header, "datasum", post->header.datasum);
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
    post = post_of_client(link);
    if (post != NULL) {
        set_recipients(post, post->header.for_.items, post->header.for_.count);
        submit(link, post, make_delivery(post, 0));
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
static bool list_recipients(struct post *post)
{
    const struct tmtp_for_list *to = &post->header.for_;
    const struct tmtp_for_list *further = &post->header.notefor;
    size_t count = 2 * to->count + further->count;

    post->list = calloc(count + 1, sizeof *post->list);
    if (post->list == NULL) {
        return false;
    }
    if (to->count > 0) {
        memcpy(post->list, to->items, to->count * sizeof *post->list);
        memcpy(post->list + to->count, to->items, to->count * sizeof *post->list);
    }
    if (further->count > 0) {
        memcpy(post->list + 2 * to->count, further->items, further->count * sizeof *post->list);
    }
    set_recipients(post, post->list, count);
    post->note_from = to->count;
    return true;
}

static bool make_notification(struct post *post)
{
    const struct outgoing *message = &post->parts[0];
    struct outgoing *note = &post->parts[1];
    char postid[TMTP_MSGID_LEN + 1];
    json_t *header;

    memcpy(note->posted, message->posted, sizeof note->posted);
    header = outgoing_begin(note, post->link, "notify");
    snprintf(postid, sizeof postid, "%016" PRIx64, (uint64_t)message->id);
    json_object_set_new(header, "postid", json_string(postid));
    outgoing_set_number(header, "datahead", post->header.notehead);
    outgoing_set_number(header, "datasum", post->header.notesum);
    return outgoing_seal(note, header);
}

void post_notify(struct link *link)
{
    const struct tmtp_header *header;
    struct post *post;
    int64_t named;

    if (!upload_finish(link)) {
        link_close(link, "no memory");
        return;
    }
    post = post_of_client(link);
    if (post == NULL) {
        return;
    }
    header = &post->header;
    post->part_count = 2;
    post->parts[0].data_len -= header->notelen;
    post->parts[1].data = link->note;
    post->parts[1].data_len = header->notelen;
    post->request.octets += buffer_len(&link->note);
    link->note = (struct buffer){0};
    named = (int64_t)(header->for_.count + header->notefor.count) + (header->fornotself ? 0 : 1);
    submit(link, post,
           list_recipients(post) && make_delivery(post, named) && make_notification(post));
}

/* --- Ping and the note of a login ---------------------------------------------------------- */

static bool make_ping(struct post *post)
{
    const struct tmtp_header *request = &post->header;
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
    struct post *post;

    if (fault != NULL) {
        link_quit(link, fault);
        return;
    }
    post = post_of_client(link);
    if (post == NULL) {
        return;
    }
    post->list = calloc(1, sizeof *post->list);
    if (post->list != NULL) {
        post->list->id = post->header.to;
        set_recipients(post, post->list, 1);
    }
    submit(link, post, post->list != NULL && make_ping(post));
}

void post_login_note(struct link *link)
{
    struct post *post = post_new(link);
    json_t *header;

    if (post == NULL) {
        return;
    }
    header = outgoing_begin(&post->parts[0], link, "login");
    json_object_set_new(header, "node", json_string("tbd"));
    submit(link, post, outgoing_seal(&post->parts[0], header));
}
