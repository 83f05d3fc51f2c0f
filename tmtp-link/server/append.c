/*
 * Posts to the log. A message gets its id when its batch is made, not when it comes: so the ids of
 * a node's messages in the log rise in the order in which they are committed, and one mark tells
 * how far the node has read.
 */
#include "tmtp-link/server/append.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/deliver.h"
#include "tmtp-link/server/identity.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/post.h"
#include "tmtp-link/server/ring.h"
#include "tmtp-link/server/routes.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/session.h"
#include "tmtp-link/wire/crc32c.h"
#include "tmtp-link/wire/frame.h"

enum {
    RECIPIENTS_MAX = 8,
    NODES_MAX = 16,
    COPIES_OCTETS_MAX = 64 * 1024, /* more than that is stored once, by post.c */
    FRAME_MAX = 384,               /* of a delivery's header: everything in it is bounded */
    STATEMENT_MAX = 256 /* posts: libpq's buffer never shrinks, and holds a statement whole */
};

struct append {
    struct request request;
    struct link *link;
    char *id; /* the client's, not ended by NUL */
    size_t id_len;
    int64_t datahead, datasum;
    struct route *routes[RECIPIENTS_MAX + 1]; /* to the recipients; the last is to the sender */
    size_t route_count;
    bool to_self;              /* the sender is among the recipients */
    int64_t node;              /* the sender's, which gets no copy unless to_self */
    const struct route *ended; /* a recipient who is none any more */
    int64_t nodes[NODES_MAX];  /* who gets it, once its batch is made */
    size_t node_count;
    int64_t message;
    char posted[POSTED_SIZE];
    char *frame; /* NULL until then */
    size_t frame_len;
    struct buffer data;
};

/* --- which posts fit ----------------------------------------------------------------------- */

/* How many nodes a known way leads to; 0 when it is not known. */
static size_t known_nodes(const struct link *link, struct tmtp_text to)
{
    struct route *route = routes_find(link->server->routes, link->uid, to);
    size_t count = route == NULL || route->room == 0 ? 0 : route->node_count;

    if (route != NULL) {
        route_release(route);
    }
    return count;
}

static struct tmtp_text own_uid(const struct link *link)
{
    return (struct tmtp_text){.at = link->uid, .len = TMTP_UID_LEN};
}

bool append_fits(const struct link *link)
{
    const struct tmtp_for_list *list = &link->header->for_;
    size_t nodes = known_nodes(link, own_uid(link));

    if (nodes == 0 || list->count > RECIPIENTS_MAX || link->upload != 0 ||
        buffer_len(&link->piece) > 0) {
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        size_t more =
            list->items[i].type == TMTP_FOR_UID ? known_nodes(link, list->items[i].id) : 0;

        if (more == 0) {
            return false;
        }
        nodes += more;
    }
    return nodes <= NODES_MAX && nodes * (buffer_len(&link->data) + FRAME_MAX) <= COPIES_OCTETS_MAX;
}

void append_ask(const struct link *link)
{
    struct routes *routes = link->server->routes;
    const struct tmtp_for_list *list = &link->header->for_;

    if (list->count > RECIPIENTS_MAX) {
        return;
    }
    if (known_nodes(link, own_uid(link)) == 0) {
        routes_ask(routes, link->uid, own_uid(link));
    }
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].type == TMTP_FOR_UID && known_nodes(link, list->items[i].id) == 0) {
            routes_ask(routes, link->uid, list->items[i].id);
        }
    }
}

/* --- making one ---------------------------------------------------------------------------- */

static struct append *append_of(struct request *request)
{
    return CONTAINER(request, struct append, request);
}

static void append_free(struct append *append)
{
    for (size_t i = 0; i < append->route_count; i++) {
        route_release(append->routes[i]);
    }
    free(append->id);
    free(append->frame);
    buffer_free(&append->data);
    free(append);
}

/* Keep of the request what the message and the answer need; the rest of its header may go. */
static bool keep_header(struct append *append, const struct tmtp_header *header)
{
    append->id = malloc(header->id.len);
    if (append->id == NULL) {
        return false;
    }
    memcpy(append->id, header->id.at, header->id.len);
    append->id_len = header->id.len;
    append->datahead = header->datahead;
    append->datasum = header->datasum;
    return true;
}

/* Take the ways to the recipients and to the sender; false when one has run out since append_fits.
 */
static bool keep_routes(struct append *append, const struct tmtp_for_list *list)
{
    const struct link *link = append->link;
    struct routes *routes = link->server->routes;

    for (size_t i = 0; i <= list->count; i++) {
        bool own = i == list->count;
        struct route *route =
            routes_find(routes, link->uid, own ? own_uid(link) : list->items[i].id);

        if (route == NULL) {
            return false;
        }
        append->routes[append->route_count++] = route;
        if (!own) {
            routes_used(routes, route, append->request.octets);
            append->to_self = append->to_self || strcmp(route->to, link->uid) == 0;
        }
    }
    return true;
}

void append_message(struct link *link)
{
    struct append *append = calloc(1, sizeof *append);

    if (append == NULL || !keep_header(append, link->header)) {
        free(append);
        link_close(link, "no memory");
        return;
    }
    append->request.kind = &append_kind;
    append->request.octets = buffer_len(&link->data);
    append->link = link;
    append->node = link->node;
    if (!keep_routes(append, &link->header->for_)) {
        append_free(append);
        post_message(link); /* which says what has become of it */
        return;
    }
    append->data = link->data;
    link->data = (struct buffer){0};
    session_submit(link, &append->request);
}

/* --- the statement ------------------------------------------------------------------------- */

static void add_node(struct append *append, int64_t node)
{
    if (node == append->node && !append->to_self) {
        return;
    }
    for (size_t i = 0; i < append->node_count; i++) {
        if (append->nodes[i] == node) {
            return;
        }
    }
    if (append->node_count < NODES_MAX) {
        append->nodes[append->node_count++] = node;
    }
}

/* Who gets it, as of now. */
static void find_nodes(struct append *append)
{
    append->node_count = 0;
    for (size_t i = 0; i < append->route_count; i++) {
        const struct route *route = append->routes[i];

        if (route->ended) {
            append->ended = route;
            append->node_count = 0;
            return;
        }
        for (size_t j = 0; j < route->node_count; j++) {
            add_node(append, route->nodes[j]);
        }
    }
}

static size_t number_field(char *at, size_t room, const char *key, int64_t number)
{
    return number == 0 ? 0 : (size_t)snprintf(at, room, "\"%s\":%" PRId64 ",", key, number);
}

/* The delivery's header: keys in alphabetical order, no space; nothing in it needs escaping. */
static size_t write_json(const struct append *append, char *at, size_t room, int64_t headsum)
{
    size_t len = 1;

    at[0] = '{';
    len += number_field(at + len, room - len, "datahead", append->datahead);
    len += number_field(at + len, room - len, "datalen", (int64_t)buffer_len(&append->data));
    len += number_field(at + len, room - len, "datasum", append->datasum);
    len += (size_t)snprintf(at + len, room - len, "\"from\":\"%s\",", append->link->uid);
    if (headsum >= 0) {
        len += (size_t)snprintf(at + len, room - len, "\"headsum\":%" PRId64 ",", headsum);
    }
    return len + (size_t)snprintf(at + len, room - len,
                                  "\"id\":\"%016" PRIx64
                                  "\",\"op\":\"delivery\",\"posted\":\"%s\"}",
                                  (uint64_t)append->message, append->posted);
}

static bool make_frame(struct append *append)
{
    char frame[FRAME_MAX];
    char *json = frame + TMTP_LENGTH_DIGITS;
    size_t room = sizeof frame - TMTP_LENGTH_DIGITS;
    size_t len = write_json(append, json, room, -1);
    uint32_t sum;

    if (!frame_length(len, frame)) {
        abort(); /* its bounds are ours */
    }
    sum = crc32c(0, frame, TMTP_LENGTH_DIGITS + len);
    len = write_json(append, json, room, sum);
    append->frame = frame_make(json, len, NULL, 0, &append->frame_len);
    return append->frame != NULL;
}

/* A batch is made anew after a lost connection; what was in it before keeps its ids. */
static void get_ready(struct append *append, const char *posted)
{
    find_nodes(append);
    if (append->message == 0) {
        append->message = store_next_id(append->link->server->store);
        memcpy(append->posted, posted, sizeof append->posted);
    }
    if (append->frame == NULL && !make_frame(append)) {
        append->node_count = 0; /* no memory: nobody gets it, and the answer says so */
    }
}

static const void *data_of(const struct append *append)
{
    return append->data.at == NULL ? "" : append->data.at + append->data.begin;
}

static void item_node(struct params *params, const struct append *append, size_t j)
{
    params_item_int8(params, append->nodes[j]);
}

static void item_id(struct params *params, const struct append *append, size_t j)
{
    (void)j;
    params_item_int8(params, append->message);
}

static void item_header(struct params *params, const struct append *append, size_t j)
{
    (void)j;
    params_item(params, append->frame, append->frame_len);
}

static void item_data(struct params *params, const struct append *append, size_t j)
{
    (void)j;
    params_item(params, data_of(append), buffer_len(&append->data));
}

/* One column of the rows, one a message and node. */
static void write_column(struct params *params, enum params_type type, struct request *const list[],
                         size_t count, size_t rows,
                         void (*item)(struct params *params, const struct append *append, size_t j))
{
    params_array(params, type, rows);
    for (size_t i = 0; i < count; i++) {
        const struct append *append = append_of(list[i]);

        for (size_t j = 0; j < append->node_count; j++) {
            item(params, append, j);
        }
    }
}

static void append_write(struct params *params, struct request *const list[], size_t count)
{
    struct ring *ring = append_of(list[0])->link->server->ring;
    char posted[POSTED_SIZE];
    bool again = false;
    size_t rows = 0;
    size_t octets = 0;

    identity_posted(posted);
    for (size_t i = 0; i < count; i++) {
        struct append *append = append_of(list[i]);

        get_ready(append, posted);
        again = again || append->request.again;
        rows += append->node_count;
        octets += append->node_count * (append->frame_len + buffer_len(&append->data));
    }
    ring_count(ring, rows, octets);
    params_int2(params, ring_slot(ring));
    write_column(params, PARAMS_INT8, list, count, rows, item_node);
    write_column(params, PARAMS_INT8, list, count, rows, item_id);
    write_column(params, PARAMS_BYTEA, list, count, rows, item_header);
    write_column(params, PARAMS_BYTEA, list, count, rows, item_data);
    params_bool(params, again);
}

/* --- the answer ---------------------------------------------------------------------------- */

static void settle_one(struct append *append, bool stored)
{
    struct link *link = append->link;
    struct deliver_message message = {
        .id = append->message,
        .logged = true,
        .header = append->frame,
        .header_len = append->frame_len,
        .data = data_of(append),
        .data_len = buffer_len(&append->data),
        .total_len = (int64_t)buffer_len(&append->data),
    };
    struct tmtp_text id = {.at = append->id, .len = append->id_len};
    char refusal[TMTP_UID_LEN + 32];

    if (!stored || append->frame == NULL) {
        session_ack(link, id.at, id.len, "it could not be stored");
    } else if (append->ended != NULL) {
        snprintf(refusal, sizeof refusal, "not introduced to %s", append->ended->to);
        session_ack(link, id.at, id.len, refusal);
    } else {
        session_ack_message(link, id, append->message, append->posted);
        for (size_t i = 0; i < append->node_count; i++) {
            deliver_queued(link->server, append->nodes[i], &message);
        }
    }
}

static void append_settle(struct request *const list[], size_t count, const PGresult *result)
{
    for (size_t i = 0; i < count; i++) {
        struct append *append = append_of(list[i]);
        struct link *link = append->link;

        settle_one(append, result != NULL);
        append_free(append);
        session_answered(link);
    }
}

const struct request_kind append_kind = {.name = "append",
                                         .query = QUERY_APPEND,
                                         .most = STATEMENT_MAX,
                                         .write = append_write,
                                         .settle = append_settle};
