/*
 * Posts on their way to the queues. Many of them go to the database as one statement, which decides
 * who may write to whom (post.sql), so that a contact granted or ended counts from the next batch
 * on.
 */
#include <stdlib.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/guard.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/post.h"
#include "tmtp-link/server/post_request.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/session.h"
#include "tmtp-link/server/text.h"
#include "tmtp-link/server/upload.h"

static struct post *post_of(struct request *request)
{
    return CONTAINER(request, struct post, request);
}

/* --- the statement ------------------------------------------------------------------------- */

/* One message of a request, as the arrays of the statement have it. */
struct message {
    const struct post *post;
    const struct outgoing *part;
    int64_t request; /* counted from 1 */
};

/* One recipient. */
struct recipient {
    const struct post *post;
    const struct tmtp_for *item;
    int64_t message; /* counted from 1 over all requests */
};

static void each_message(struct params *params, struct request *const list[], size_t count,
                         enum params_type type,
                         void (*item)(struct params *, const struct message *))
{
    size_t total = 0;

    for (size_t i = 0; i < count; i++) {
        total += post_of(list[i])->part_count;
    }
    params_array(params, type, total);
    for (size_t i = 0; i < count; i++) {
        struct message message = {.post = post_of(list[i]), .request = (int64_t)i + 1};

        for (size_t j = 0; j < message.post->part_count; j++) {
            message.part = &message.post->parts[j];
            item(params, &message);
        }
    }
}

static void each_recipient(struct params *params, struct request *const list[], size_t count,
                           enum params_type type,
                           void (*item)(struct params *, const struct recipient *))
{
    size_t total = 0;
    int64_t first = 1;

    for (size_t i = 0; i < count; i++) {
        total += post_of(list[i])->recipient_count;
    }
    params_array(params, type, total);
    for (size_t i = 0; i < count; i++) {
        const struct post *post = post_of(list[i]);

        for (size_t j = 0; j < post->recipient_count; j++) {
            struct recipient recipient = {post, &post->recipients[j],
                                          first + (j < post->note_from ? 0 : 1)};

            item(params, &recipient);
        }
        first += (int64_t)post->part_count;
    }
}

static void item_id(struct params *params, const struct message *message)
{
    params_item_int8(params, message->part->id);
}

static void item_account(struct params *params, const struct message *message)
{
    params_item_int8(params, message->post->account);
}

static void item_node(struct params *params, const struct message *message)
{
    params_item_int8(params, message->post->node);
}

static void item_alias(struct params *params, const struct message *message)
{
    const struct post *post = message->post;

    if (post->op == TMTP_PING) {
        text_name_item(params, post->from);
    } else {
        params_item(params, NULL, 0);
    }
}

static void item_frame(struct params *params, const struct message *message)
{
    params_item(params, message->part->frame, message->part->frame_len);
}

static void item_data(struct params *params, const struct message *message)
{
    const struct buffer *data = &message->part->data;

    params_item(params, data->at == NULL ? "" : data->at + data->begin, buffer_len(data));
}

static void item_data_len(struct params *params, const struct message *message)
{
    params_item_int8(params, message->part->data_len);
}

static void item_upload(struct params *params, const struct message *message)
{
    params_item_int8(params, message->part->upload);
}

static void item_request(struct params *params, const struct message *message)
{
    params_item_int8(params, message->request);
}

static void item_own(struct params *params, const struct message *message)
{
    const struct post *post = message->post;
    bool delivery = message->part == &post->parts[0];

    params_item_bool(params, !(delivery && post->op == TMTP_POST_NOTIFY && post->fornotself));
}

static void item_message(struct params *params, const struct recipient *recipient)
{
    params_item_int8(params, recipient->message);
}

static void item_name(struct params *params, const struct recipient *recipient)
{
    text_name_item(params, recipient->item->id);
}

static void item_type(struct params *params, const struct recipient *recipient)
{
    params_item_int8(params, recipient->item->type); /* 0 for the alias of a ping */
}

static void post_write(struct params *params, struct request *const list[], size_t count)
{
    const struct config *config = post_of(list[0])->link->server->config;

    each_message(params, list, count, PARAMS_INT8, item_id);
    each_message(params, list, count, PARAMS_INT8, item_account);
    each_message(params, list, count, PARAMS_INT8, item_node);
    each_message(params, list, count, PARAMS_TEXT, item_alias);
    each_message(params, list, count, PARAMS_BYTEA, item_frame);
    each_message(params, list, count, PARAMS_BYTEA, item_data);
    each_message(params, list, count, PARAMS_INT8, item_data_len);
    each_message(params, list, count, PARAMS_INT8, item_upload);
    each_message(params, list, count, PARAMS_INT8, item_request);
    each_message(params, list, count, PARAMS_BOOL, item_own);
    each_recipient(params, list, count, PARAMS_INT8, item_message);
    each_recipient(params, list, count, PARAMS_TEXT, item_name);
    each_recipient(params, list, count, PARAMS_INT8, item_type);
    params_bool(params, config->open);
    params_int8(params, config->queue_messages);
    params_int8(params, config->queue_octets);
}

/* --- the answer ---------------------------------------------------------------------------- */

static void answer(const struct post *post, const char *error)
{
    if (post->op != TMTP_LOGIN) {
        outgoing_answer(&post->parts[0], post->link, post->id, error);
    }
}

/* What one post has of the rows: [row … next); its first message has the number @a first, and the
 * recipients of posts before it are @a before. */
struct share {
    int row, next;
    int64_t first;
    size_t before;
};

/* A recipient's name as given; @a column has its place, counted from 1 over the whole statement. */
static struct tmtp_text name_of(const struct post *post, const PGresult *result,
                                const struct share *share, int column)
{
    size_t place = (size_t)rows_int8(result, share->row, column) - 1 - share->before;

    return post->recipients[place].id;
}

/* Columns: message, place of a refused recipient, forged, node, place of one whose queue is full.
 */
static void settle_one(struct post *post, const PGresult *result, const struct share *share)
{
    struct server *server = post->link->server;
    char refusal[TEXT_REFUSAL_SIZE];
    const char *error = NULL;
    bool pieces_queued = false;

    if (rows_bool(result, share->row, 2)) {
        error = "from must identify sender";
    } else if (!rows_null(result, share->row, 1)) {
        text_refusal("not introduced to", name_of(post, result, share, 1), refusal);
        error = refusal;
    } else if (!rows_null(result, share->row, 4)) {
        text_refusal("too much is waiting for", name_of(post, result, share, 4), refusal);
        error = refusal;
    }
    answer(post, error);
    if (post->op == TMTP_PING && error != NULL) {
        guard_ping_failed(post->link);
    }
    for (int row = share->row; row < share->next; row++) {
        size_t part = (size_t)(rows_int8(result, row, 0) - share->first);

        if (!rows_null(result, row, 3)) {
            outgoing_queued(&post->parts[part], server, rows_int8(result, row, 3));
            pieces_queued = pieces_queued || part == 0;
        }
    }
    if (!pieces_queued) {
        upload_drop(server, post->parts[0].upload);
    }
}

static void post_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct share share = {.first = 1};

    for (size_t i = 0; i < count; i++) {
        struct post *post = post_of(list[i]);
        struct link *link = post->link;

        if (result == NULL) {
            answer(post, "it could not be stored");
        } else {
            int64_t end = share.first + (int64_t)post->part_count;

            while (share.next < PQntuples(result) && rows_int8(result, share.next, 0) < end) {
                share.next++;
            }
            settle_one(post, result, &share);
        }
        share.row = share.next;
        share.first += (int64_t)post->part_count;
        share.before += post->recipient_count;
        post_free(post);
        session_answered(link);
    }
}

const struct request_kind post_kind = {
    .name = "post", .query = QUERY_POST, .most = 256, .write = post_write, .settle = post_settle};
