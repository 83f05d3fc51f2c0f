/*
 * A message that is longer than its first piece: the others are read from the store one by one, as
 * the client takes them.
 */
#include <stdlib.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/deliver.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"

enum { STREAM_LOW = 64 * 1024 }; /* octets unsent, below which the next piece is read */

struct piece {
    struct request request;
    struct link *link;
    int64_t upload;
    int32_t n;
};

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
        link_let_go(link);
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
