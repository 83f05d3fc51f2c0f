/*
 * Post, Ping and the note of a login. Many of them go to the database as one statement, which
 * decides who may write to whom (post.sql), so that a contact granted or ended counts from the next
 * batch on.
 */
#include "tmtp-link/server/post.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/deliver.h"
#include "tmtp-link/server/identity.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/session.h"
#include "tmtp-link/server/upload.h"

struct post {
    struct request request;
    struct link *link;         /* the sender's */
    struct tmtp_header header; /* of the request; .op is TMTP_LOGIN for the note */
    struct tmtp_for to;        /* recipient of a ping */
    const struct tmtp_for *recipients;
    size_t recipient_count;
    int64_t account, node; /* the sender's */
    int64_t message;
    char posted[POSTED_SIZE];
    char *frame; /* header of the message */
    size_t frame_len;
    struct buffer data; /* or the first piece */
    int64_t data_len;
    int64_t upload; /* where the other pieces are, or 0 */
};

static void post_free(struct post *post)
{
    header_free(&post->header);
    free(post->frame);
    buffer_free(&post->data);
    free(post);
}

/* --- making one ---------------------------------------------------------------------------- */

static void set_text(json_t *message, const char *key, struct tmtp_text text)
{
    json_object_set_new(message, key, json_stringn(text.at, text.len));
}

static void set_number(json_t *message, const char *key, int64_t number)
{
    if (number != 0) {
        json_object_set_new(message, key, json_integer(number));
    }
}

static bool make_frame(struct post *post)
{
    const struct tmtp_header *header = &post->header;
    const char *op = header->op == TMTP_PING    ? "ping"
                     : header->op == TMTP_LOGIN ? "login"
                                                : "delivery";
    json_t *message =
        identity_header(op, post->link->uid, post->message, post->posted, post->data_len);

    if (message == NULL) {
        return false;
    }
    set_number(message, "datahead", header->datahead);
    set_number(message, "datasum", header->datasum);
    if (header->op == TMTP_PING) {
        set_text(message, "alias", header->from);
        set_text(message, "to", header->to);
    } else if (header->op == TMTP_LOGIN) {
        json_object_set_new(message, "node", json_string("tbd"));
    }
    post->frame = header_frame(message, HEADER_WITH_SUM, NULL, 0, &post->frame_len);
    json_decref(message);
    return post->frame != NULL;
}

/* A message of the link's user, with the header and data in hand unless it is the note. */
static struct post *post_new(struct link *link, bool note)
{
    struct post *post = calloc(1, sizeof *post);

    if (post == NULL) {
        return NULL;
    }
    post->request.kind = &post_kind;
    post->link = link;
    post->account = link->account;
    post->message = store_next_id(link->server->store);
    identity_posted(post->posted);
    post->header.op = TMTP_LOGIN;
    if (!note) {
        post->node = link->node;
        post->header = link->header;
        post->data = link->data;
        post->upload = link->upload;
        post->data_len = link->header.datalen;
        post->request.octets = buffer_len(&post->data);
        link->header = (struct tmtp_header){.op = TMTP_NO_OP};
        link->data = (struct buffer){0};
        link->upload = 0;
    }
    return post;
}

static void submit(struct link *link, struct post *post)
{
    if (!make_frame(post)) {
        upload_drop(link->server, post->upload);
        post_free(post);
        link_quit(link, "invalid header"); /* too long, once its texts are those of the message */
        return;
    }
    session_submit(link, &post->request);
}

void post_message(struct link *link)
{
    struct post *post = upload_finish(link) ? post_new(link, false) : NULL;

    if (post == NULL) {
        link_close(link, "no memory");
        return;
    }
    post->recipients = post->header.for_.items;
    post->recipient_count = post->header.for_.count;
    submit(link, post);
}

/* UTF-16 units of UTF-8 text. */
static size_t utf16_units(const char *text, size_t len)
{
    size_t units = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        units += (c & 0xc0) == 0x80 ? 0 : c >= 0xf0 ? 2 : 1;
    }
    return units;
}

static bool is_utf8(const char *text, size_t len)
{
    json_t *value = json_stringn(text, len); /* refuses what is not */

    json_decref(value);
    return value != NULL;
}

void post_ping(struct link *link)
{
    const char *text = link->data.at == NULL ? "" : link->data.at + link->data.begin;
    size_t len = buffer_len(&link->data);
    struct post *post;

    if (!is_utf8(text, len)) {
        link_quit(link, "data not valid UTF8");
        return;
    }
    if (utf16_units(text, len) > TMTP_PING_UNITS_MAX) {
        link_quit(link, "data too long for request type");
        return;
    }
    post = post_new(link, false);
    if (post == NULL) {
        link_close(link, "no memory");
        return;
    }
    post->to.id = post->header.to;
    post->recipients = &post->to;
    post->recipient_count = 1;
    submit(link, post);
}

void post_login_note(struct link *link)
{
    struct post *post = post_new(link, true);

    if (post != NULL) {
        submit(link, post);
    }
}

/* --- the statement ------------------------------------------------------------------------- */

static struct post *post_of(struct request *request)
{
    return CONTAINER(request, struct post, request);
}

/* Text as the database takes it: what holds NUL is nobody's name. */
static void item_text(struct params *params, struct tmtp_text text)
{
    params_item(params, text.at, memchr(text.at, '\0', text.len) == NULL ? text.len : 0);
}

static void write_numbers(struct params *params, struct request *const list[], size_t count,
                          size_t field)
{
    params_array(params, PARAMS_INT8, count);
    for (size_t i = 0; i < count; i++) {
        params_item_int8(params, *(const int64_t *)((const char *)post_of(list[i]) + field));
    }
}

static void write_messages(struct params *params, struct request *const list[], size_t count)
{
    write_numbers(params, list, count, offsetof(struct post, message));
    write_numbers(params, list, count, offsetof(struct post, account));
    write_numbers(params, list, count, offsetof(struct post, node));
    params_array(params, PARAMS_TEXT, count);
    for (size_t i = 0; i < count; i++) {
        const struct tmtp_header *header = &post_of(list[i])->header;

        if (header->op == TMTP_PING) {
            item_text(params, header->from);
        } else {
            params_item(params, NULL, 0);
        }
    }
    params_array(params, PARAMS_BYTEA, count);
    for (size_t i = 0; i < count; i++) {
        params_item(params, post_of(list[i])->frame, post_of(list[i])->frame_len);
    }
    params_array(params, PARAMS_BYTEA, count);
    for (size_t i = 0; i < count; i++) {
        const struct buffer *data = &post_of(list[i])->data;

        params_item(params, data->at == NULL ? "" : data->at + data->begin, buffer_len(data));
    }
    write_numbers(params, list, count, offsetof(struct post, data_len));
    write_numbers(params, list, count, offsetof(struct post, upload));
}

static void write_recipients(struct params *params, struct request *const list[], size_t count)
{
    size_t total = 0;

    for (size_t i = 0; i < count; i++) {
        total += post_of(list[i])->recipient_count;
    }
    params_array(params, PARAMS_INT8, total);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < post_of(list[i])->recipient_count; j++) {
            params_item_int8(params, (int64_t)i + 1);
        }
    }
    params_array(params, PARAMS_TEXT, total);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < post_of(list[i])->recipient_count; j++) {
            item_text(params, post_of(list[i])->recipients[j].id);
        }
    }
    params_array(params, PARAMS_BOOL, total);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < post_of(list[i])->recipient_count; j++) {
            params_item_bool(params, post_of(list[i])->header.op == TMTP_PING);
        }
    }
}

static void post_write(struct params *params, struct request *const list[], size_t count)
{
    write_messages(params, list, count);
    write_recipients(params, list, count);
    params_bool(params, post_of(list[0])->link->server->config->open);
}

/* --- the answer ---------------------------------------------------------------------------- */

/* Whom the sender may not write to, in the words of the request, cut to the length of a name. */
static void refusal(const struct post *post, size_t place, char *text, size_t size)
{
    struct tmtp_text name = post->recipients[place].id;
    size_t len = name.len < TMTP_ALIAS_CHARS_MAX ? name.len : TMTP_ALIAS_CHARS_MAX;

    while (len < name.len && len > 0 && ((unsigned char)name.at[len] & 0xc0) == 0x80) {
        len--; /* not in the middle of a character */
    }
    snprintf(text, size, "not introduced to %.*s", (int)strnlen(name.at, len), name.at);
}

static void answer(struct post *post, const char *error)
{
    json_t *ack =
        json_pack("{s:s, s:s%}", "op", "ack", "id", post->header.id.at, post->header.id.len);
    char id[TMTP_MSGID_LEN + 1];

    if (error != NULL) {
        post->link->server->metrics.acks_refused++;
        json_object_set_new(ack, "error", json_string(error));
    } else {
        snprintf(id, sizeof id, "%016llx", (unsigned long long)post->message);
        post->link->server->metrics.accepted++;
        json_object_set_new(ack, "msgid", json_string(id));
        json_object_set_new(ack, "posted", json_string(post->posted));
    }
    link_answer(post->link, ack);
}

/*
 * One message's rows [row … next): message, place of a refused recipient counted from 1 over the
 * whole statement, forged, node. @a before is how many recipients the messages before it have.
 */
static void settle_one(struct post *post, const PGresult *result, int row, int next, size_t before)
{
    struct link *link = post->link;
    char text[TMTP_ALIAS_CHARS_MAX + 32];
    const char *error = NULL;
    bool queued = !rows_null(result, row, 3);

    if (rows_bool(result, row, 2)) {
        error = "from must identify sender";
    } else if (!rows_null(result, row, 1)) {
        refusal(post, (size_t)rows_int8(result, row, 1) - 1 - before, text, sizeof text);
        error = text;
    }
    if (post->header.op != TMTP_LOGIN) {
        answer(post, error);
    }
    for (; queued && row < next; row++) {
        struct deliver_message message = {
            .id = post->message,
            .header = post->frame,
            .header_len = post->frame_len,
            .data = post->data.at == NULL ? NULL : post->data.at + post->data.begin,
            .data_len = buffer_len(&post->data),
            .total_len = post->data_len,
            .upload = post->upload,
        };

        deliver_queued(link->server, rows_int8(result, row, 3), &message);
    }
    if (!queued) {
        upload_drop(link->server, post->upload);
    }
}

static void post_settle(struct request *const list[], size_t count, const PGresult *result)
{
    size_t before = 0;
    int row = 0;

    for (size_t i = 0; i < count; i++) {
        struct post *post = post_of(list[i]);
        struct link *link = post->link;
        int next = row;

        if (result == NULL) {
            answer(post, "it could not be stored");
        } else {
            while (next < PQntuples(result) && rows_int8(result, next, 0) == (int64_t)i + 1) {
                next++;
            }
            settle_one(post, result, row, next, before);
        }
        row = next;
        before += post->recipient_count;
        post_free(post);
        session_answered(link);
    }
}

const struct request_kind post_kind = {
    .name = "post", .query = QUERY_POST, .most = 256, .write = post_write, .settle = post_settle};
