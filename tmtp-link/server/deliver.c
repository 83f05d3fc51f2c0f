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

struct ack {
    struct request request;
    struct link *link;
    int64_t node, message;
    bool logged;
};

/* Wait until all Acks before it are stored. */
struct fence {
    struct request request;
    struct link *link;
};

/* Read from a link's queue: its beginning, or a message that was sent already. */
struct next {
    struct request request;
    struct link *link;
    int64_t message; /* 0 for the beginning */
};

/* --- sending ------------------------------------------------------------------------------- */

static void send_message(struct link *link, const struct deliver_message *message)
{
    struct delivery *delivery = &link->delivery;

    link->server->metrics.delivered++;
    delivery->state = DELIVERY_SENT;
    delivery->message = message->id;
    delivery->logged = message->logged;
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

    if (link == NULL || link->end != LINK_OPEN) {
        return;
    }
    switch (link->delivery.state) {
    case DELIVERY_IDLE:
        send_message(link, message);
        break;
    case DELIVERY_FETCHING: /* it will be among what is read */
        break;
    case DELIVERY_SENT:
    case DELIVERY_ACKING:
        pending_add(&link->delivery.pending, message);
        break;
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

static void fetch(struct link *link)
{
    link->delivery.state = DELIVERY_FETCHING;
    link->delivery.pending.more = false;
    submit_next(link, 0);
}

/* An Ack that the node sent by an earlier link may still be on its way to the database. */
void deliver_begin(struct link *link)
{
    struct fence *fence;

    if (link->end != LINK_OPEN) {
        return;
    }
    fence = calloc(1, sizeof *fence);
    if (fence == NULL) {
        link_close(link, "no memory");
        return;
    }
    fence->request.kind = &deliver_fence_kind;
    fence->link = link;
    link->delivery.state = DELIVERY_FETCHING;
    link_hold(link);
    store_submit(link->server->acks, &fence->request);
}

static void fence_write(struct params *params, struct request *const list[], size_t count)
{
    (void)params;
    (void)list;
    (void)count;
}

static void fence_settle(struct request *const list[], size_t count, const PGresult *result)
{
    (void)result;
    for (size_t i = 0; i < count; i++) {
        struct fence *fence = CONTAINER(list[i], struct fence, request);
        struct link *link = fence->link;

        free(fence);
        if (link->end == LINK_OPEN) {
            fetch(link);
        }
        link_release(link);
    }
}

const struct request_kind deliver_fence_kind = {.name = "fence",
                                                .query = QUERY_FENCE,
                                                .most = 1024,
                                                .write = fence_write,
                                                .settle = fence_settle};

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
    params_int4(params, PENDING_MAX);
    params_int8(params, PENDING_OCTETS_MAX);
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

/* Row: n, id, rank, logged, header, data, data_len, upload, found. */
static struct deliver_message message_of(const PGresult *result, int row)
{
    return (struct deliver_message){
        .id = rows_int8(result, row, 1),
        .first = rows_int4(result, row, 2) == 0,
        .logged = rows_bool(result, row, 3),
        .header = PQgetvalue(result, row, 4),
        .header_len = rows_len(result, row, 4),
        .data = PQgetvalue(result, row, 5),
        .data_len = rows_len(result, row, 5),
        .total_len = rows_int8(result, row, 6),
        .upload = rows_int8(result, row, 7),
    };
}

/* Rows [row … last) are what was read of the link's queue. */
static void take_next(struct next *next, const PGresult *result, int row, int last)
{
    struct delivery *delivery = &next->link->delivery;
    struct deliver_message message;
    int64_t found = row < last ? rows_int8(result, row, 8) : 0;

    if (row == last) {
        if (next->message == 0) {
            delivery->state = DELIVERY_IDLE;
        }
        return;
    }
    message = message_of(result, row);
    for (int i = row + 1; i < last && next->message == 0; i++) {
        struct deliver_message behind = message_of(result, i);

        pending_add(&delivery->pending, &behind);
    }
    if (next->message == 0 && (found == PENDING_MAX || found > last - row)) {
        delivery->pending.more = true;
    }
    send_message(next->link, &message);
}

static void next_settle(struct request *const list[], size_t count, const PGresult *result)
{
    int rows = result == NULL ? 0 : PQntuples(result);
    int row = 0;

    for (size_t i = 0; i < count; i++) {
        struct next *next = CONTAINER(list[i], struct next, request);
        struct link *link = next->link;
        int last = row;

        while (last < rows && rows_int8(result, last, 0) == (int64_t)i + 1) {
            last++;
        }
        if (is_wanted(next)) {
            take_next(next, result, row, last);
        }
        row = last;
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
    ack->link = link;
    ack->node = link->node;
    ack->message = delivery->message;
    ack->logged = delivery->logged;
    delivery->state = DELIVERY_ACKING;
    link_hold(link);
    link->server->metrics.acked++;
    store_submit(link->server->acks, &ack->request);
    loop_cancel(link->server->loop, &delivery->resend);
}

static const struct ack *ack_of(const struct request *request)
{
    return CONTAINER(request, const struct ack, request);
}

static void ack_write(struct params *params, struct request *const list[], size_t count)
{
    params_array(params, PARAMS_INT8, count);
    for (size_t i = 0; i < count; i++) {
        params_item_int8(params, ack_of(list[i])->node);
    }
    params_array(params, PARAMS_INT8, count);
    for (size_t i = 0; i < count; i++) {
        params_item_int8(params, ack_of(list[i])->message);
    }
    params_array(params, PARAMS_BOOL, count);
    for (size_t i = 0; i < count; i++) {
        params_item_bool(params, ack_of(list[i])->logged);
    }
}

/* The message is off the queue: the next may go. */
static void go_on(struct link *link)
{
    struct delivery *delivery = &link->delivery;
    struct deliver_message message;
    struct pending_item *item;

    if (delivery->state != DELIVERY_ACKING) {
        return;
    }
    delivery->state = DELIVERY_IDLE;
    link_let_go(link);
    if (link->end != LINK_OPEN) {
        return;
    }
    item = pending_take(&delivery->pending, &message);
    if (item != NULL) {
        send_message(link, &message);
        free(item);
    } else if (delivery->pending.more) {
        fetch(link);
    }
}

static void ack_settle(struct request *const list[], size_t count, const PGresult *result)
{
    (void)result;
    for (size_t i = 0; i < count; i++) {
        struct ack *ack = CONTAINER(list[i], struct ack, request);
        struct link *link = ack->link;

        free(ack);
        go_on(link);
        link_release(link);
    }
}

const struct request_kind deliver_ack_kind = {
    .name = "ack", .query = QUERY_ACK, .most = 1024, .write = ack_write, .settle = ack_settle};

void deliver_end(struct link *link)
{
    loop_cancel(link->server->loop, &link->delivery.resend);
    pending_clear(&link->delivery.pending);
}
