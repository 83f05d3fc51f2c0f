/*
 * The data of a frame on its way in.
 */
#include "tmtp-link/server/upload.h"

#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/link.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/store.h"

enum { FIRST_MAX = 64 * 1024, PIECE_MAX = 128 * 1024 };

struct piece {
    struct request request;
    struct link *link;
    int64_t upload;
    int32_t n;
    struct buffer data;
};

struct drop {
    struct request request;
    int64_t upload;
};

/* --- storing a piece ----------------------------------------------------------------------- */

static void piece_write(struct params *params, struct request *const list[], size_t count)
{
    const struct piece *piece = CONTAINER(list[0], struct piece, request);

    (void)count;
    params_int8(params, piece->upload);
    params_int4(params, piece->n);
    params_octets(params, piece->data.at + piece->data.begin, buffer_len(&piece->data));
}

static void piece_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct piece *piece = CONTAINER(list[0], struct piece, request);
    struct link *link = piece->link;

    (void)count;
    link->storing = false;
    if (result == NULL) {
        link_close(link, "a piece could not be stored");
    }
    link_continue(link);
    link_release(link);
    buffer_free(&piece->data);
    free(piece);
}

const struct request_kind upload_piece_kind = {
    .name = "piece", .query = QUERY_PART, .most = 1, .write = piece_write, .settle = piece_settle};

/* Send what was gathered after the first piece to the store. */
static bool store_piece(struct link *link)
{
    struct piece *piece = calloc(1, sizeof *piece);

    if (piece == NULL) {
        return false;
    }
    if (link->upload == 0) {
        link->upload = store_next_id(link->server->store);
        link->parts = 0;
    }
    piece->request.kind = &upload_piece_kind;
    piece->request.octets = buffer_len(&link->piece);
    piece->link = link;
    piece->upload = link->upload;
    piece->n = link->parts++;
    piece->data = link->piece;
    link->piece = (struct buffer){0};
    link->storing = true;
    link_hold(link);
    store_submit(link->server->store, &piece->request);
    return true;
}

/* How many of @a len octets that have come belong to a notification. */
static size_t note_share(const struct link *link, size_t len)
{
    size_t missing = link->header->op == TMTP_POST_NOTIFY
                         ? (size_t)link->header->notelen - buffer_len(&link->note)
                         : 0;

    return len < missing ? len : missing;
}

bool upload_take(struct link *link, const char *data, size_t len)
{
    size_t note = note_share(link, len);
    size_t room = FIRST_MAX - buffer_len(&link->data);
    size_t first = len - note < room ? len - note : room;

    if (!buffer_add(&link->note, data, note) || !buffer_add(&link->data, data + note, first) ||
        !buffer_add(&link->piece, data + note + first, len - note - first)) {
        return false;
    }
    return buffer_len(&link->piece) < PIECE_MAX || store_piece(link);
}

bool upload_finish(struct link *link)
{
    return buffer_len(&link->piece) == 0 || store_piece(link);
}

/* --- dropping ------------------------------------------------------------------------------ */

static void drop_write(struct params *params, struct request *const list[], size_t count)
{
    (void)count;
    params_int8(params, CONTAINER(list[0], struct drop, request)->upload);
}

static void drop_settle(struct request *const list[], size_t count, const PGresult *result)
{
    (void)count;
    (void)result; /* pieces that stay are dropped at the next start */
    free(CONTAINER(list[0], struct drop, request));
}

const struct request_kind upload_drop_kind = {.name = "drop",
                                              .query = QUERY_PART_DROP,
                                              .most = 1,
                                              .write = drop_write,
                                              .settle = drop_settle};

void upload_drop(struct server *server, int64_t upload)
{
    struct drop *drop = upload == 0 ? NULL : calloc(1, sizeof *drop);

    if (drop != NULL) {
        drop->request.kind = &upload_drop_kind;
        drop->upload = upload;
        store_submit(server->store, &drop->request);
    }
}

void upload_give_up(struct link *link)
{
    buffer_free(&link->note);
    buffer_free(&link->data);
    buffer_free(&link->piece);
    upload_drop(link->server, link->upload);
    link->upload = 0;
}
