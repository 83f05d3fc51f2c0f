/*
 * From a node's queue to its client.
 */
#include "tmtp-link/server/deliver.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/enter.h"
#include "tmtp-link/server/identity.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"

enum { STREAM_LOW = 64 * 1024 }; /* octets unsent, below which the next piece is read */

struct ack {
    struct request request;
    int64_t node, message;
};

/* Read a message of a link's queue: the first, or one that was sent already. */
struct next {
    struct request request;
    struct link *link;
    int64_t message; /* 0 for the first */
};

struct piece {
    struct request request;
    struct link *link;
    int64_t upload;
    int32_t n;
};

/* --- sending ------------------------------------------------------------------------------- */

static void send_message(struct link *link, const struct deliver_message *message)
{
    struct delivery *delivery = &link->delivery;

    delivery->state = DELIVERY_SENT;
    delivery->message = message->id;
    delivery->upload = message->upload;
    delivery->part = 0;
    link_stream(link, message->header, message->header_len);
    link_stream(link, message->data, message->data_len);
    delivery->left = message->total_len - (int64_t)message->data_len;
    if (link->end == LINK_CLOSED) {
        return;
    }
    if (delivery->left == 0) {
        loop_after(link->server->loop, &delivery->resend, link->server->config->ack_us);
    } else {
        deliver_more(link);
    }
}

void deliver_queued(struct server *server, int64_t node, const struct deliver_message *message)
{
    struct link *link = enter_online(server, node);

    if (link != NULL && link->delivery.state == DELIVERY_IDLE && link->end == LINK_OPEN) {
        send_message(link, message);
    }
}

/* --- the next of the queue ----------------------------------------------------------------- */

static void submit_next(struct link *link, int64_t message)
{
    struct next *next = calloc(1, sizeof *next);

    if (next == NULL) {
        link_close(link, "no memory");
        return;
    }
    next->request.kind = &deliver_next_kind;
    next->link = link;
    next->message = message;
    link_hold(link);
    store_submit(link->server->store, &next->request);
}

void deliver_begin(struct link *link)
{
    if (link->end == LINK_OPEN) {
        link->delivery.state = DELIVERY_FETCHING;
        submit_next(link, 0);
    }
}

static void next_write(struct params *params, struct request *const list[], size_t count)
{
    params_array(params, PARAMS_INT8, count);
    for (size_t i = 0; i < count; i++) {
        params_item_int8(params, CONTAINER(list[i], struct next, request)->link->node);
    }
    params_array(params, PARAMS_INT8, count);
    for (size_t i = 0; i < count; i++) {
        params_item_int8(params, CONTAINER(list[i], struct next, request)->message);
    }
}

/* Whether the link still waits for what was read. */
static bool is_wanted(const struct next *next)
{
    const struct delivery *delivery = &next->link->delivery;

    if (next->link->end != LINK_OPEN) {
        return false;
    }
    return next->message == 0
               ? delivery->state == DELIVERY_FETCHING
               : delivery->state == DELIVERY_SENT && delivery->message == next->message;
}

/* Row: node, id, header, data, data_len, upload. */
static void take_next(struct next *next, const PGresult *result, int row)
{
    struct deliver_message message = {
        .id = rows_int8(result, row, 1),
        .header = PQgetvalue(result, row, 2),
        .header_len = rows_len(result, row, 2),
        .data = PQgetvalue(result, row, 3),
        .data_len = rows_len(result, row, 3),
        .total_len = rows_int8(result, row, 4),
        .upload = rows_int8(result, row, 5),
    };

    send_message(next->link, &message);
}

static void next_settle(struct request *const list[], size_t count, const PGresult *result)
{
    for (size_t i = 0; i < count; i++) {
        struct next *next = CONTAINER(list[i], struct next, request);
        struct link *link = next->link;
        int rows = result == NULL ? 0 : PQntuples(result);
        int row = 0;

        while (row < rows && (rows_int8(result, row, 0) != link->node ||
                              (next->message != 0 && rows_int8(result, row, 1) != next->message))) {
            row++;
        }
        if (is_wanted(next) && row < rows) {
            take_next(next, result, row);
        } else if (is_wanted(next) && next->message == 0) {
            link->delivery.state = DELIVERY_IDLE;
        }
        free(next);
        link_release(link);
    }
}

const struct request_kind deliver_next_kind = {
    .name = "next", .query = QUERY_NEXT, .most = 64, .write = next_write, .settle = next_settle};

void deliver_again(struct timer *timer)
{
    struct delivery *delivery = CONTAINER(timer, struct delivery, resend);
    struct link *link = CONTAINER(delivery, struct link, delivery);

    submit_next(link, delivery->message);
}

/* --- acknowledged -------------------------------------------------------------------------- */

void deliver_acknowledged(struct link *link, struct tmtp_text id)
{
    struct delivery *delivery = &link->delivery;
    char wanted[TMTP_MSGID_LEN + 1];
    struct ack *ack;

    snprintf(wanted, sizeof wanted, "%016" PRIx64, (uint64_t)delivery->message);
    if (delivery->state != DELIVERY_SENT || delivery->left > 0 || !tmtp_text_is(id, wanted)) {
        return;
    }
    ack = calloc(1, sizeof *ack);
    if (ack == NULL) {
        link_close(link, "no memory");
        return;
    }
    ack->request.kind = &deliver_ack_kind;
    ack->node = link->node;
    ack->message = delivery->message;
    store_submit(link->server->store, &ack->request);
    loop_cancel(link->server->loop, &delivery->resend);
    deliver_begin(link);
}

static void ack_write(struct params *params, struct request *const list[], size_t count)
{
    params_array(params, PARAMS_INT8, count);
    for (size_t i = 0; i < count; i++) {
        params_item_int8(params, CONTAINER(list[i], struct ack, request)->node);
    }
    params_array(params, PARAMS_INT8, count);
    for (size_t i = 0; i < count; i++) {
        params_item_int8(params, CONTAINER(list[i], struct ack, request)->message);
    }
}

static void ack_settle(struct request *const list[], size_t count, const PGresult *result)
{
    (void)result;
    for (size_t i = 0; i < count; i++) {
        free(CONTAINER(list[i], struct ack, request));
    }
}

const struct request_kind deliver_ack_kind = {
    .name = "ack", .query = QUERY_ACK, .most = 256, .write = ack_write, .settle = ack_settle};

/* --- long messages ------------------------------------------------------------------------- */

void deliver_more(struct link *link)
{
    struct delivery *delivery = &link->delivery;
    struct piece *piece;

    if (delivery->left <= 0 || delivery->reading || link->end >= LINK_LINGERING ||
        buffer_len(&link->out) >= STREAM_LOW) {
        return;
    }
    piece = calloc(1, sizeof *piece);
    if (piece == NULL) {
        link_close(link, "no memory");
        return;
    }
    piece->request.kind = &deliver_piece_kind;
    piece->link = link;
    piece->upload = delivery->upload;
    piece->n = delivery->part;
    delivery->reading = true;
    link_hold(link);
    store_submit(link->server->store, &piece->request);
}

static void piece_write(struct params *params, struct request *const list[], size_t count)
{
    const struct piece *piece = CONTAINER(list[0], struct piece, request);

    (void)count;
    params_int8(params, piece->upload);
    params_int4(params, piece->n);
}

static void take_piece(struct link *link, const char *data, size_t len)
{
    struct delivery *delivery = &link->delivery;

    link_stream(link, data, len); /* reads no further piece, since `reading` is still true */
    if (link->end == LINK_CLOSED) {
        return;
    }
    delivery->reading = false;
    delivery->part++;
    delivery->left -= (int64_t)len;
    if (delivery->left <= 0) {
        link_streamed(link);
        if (link->end != LINK_CLOSED) {
            loop_after(link->server->loop, &delivery->resend, link->server->config->ack_us);
        }
    } else {
        deliver_more(link);
    }
}

static void piece_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct piece *piece = CONTAINER(list[0], struct piece, request);
    struct link *link = piece->link;

    (void)count;
    if (link->end == LINK_CLOSED) {
        /* nobody to send it to */
    } else if (result == NULL || PQntuples(result) != 1) {
        link_close(link, "a piece of a message is missing");
    } else {
        take_piece(link, PQgetvalue(result, 0, 0), rows_len(result, 0, 0));
    }
    free(piece);
    link_release(link);
}

const struct request_kind deliver_piece_kind = {.name = "read",
                                                .query = QUERY_PART_READ,
                                                .most = 1,
                                                .write = piece_write,
                                                .settle = piece_settle};

void deliver_end(struct link *link)
{
    loop_cancel(link->server->loop, &link->delivery.resend);
}
