/*
 * What a client's frames mean. A header that is whole is judged at once; when its data has come too
 * (post.c and upload.c take it piece by piece) the request is acted on, or waits with the link
 * until what is in hand has been answered.
 */
#include "tmtp-link/server/session.h"

#include <inttypes.h>
#include <jansson.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/append.h"
#include "tmtp-link/server/config.h"
#include "tmtp-link/server/deliver.h"
#include "tmtp-link/server/edit.h"
#include "tmtp-link/server/enter.h"
#include "tmtp-link/server/group.h"
#include "tmtp-link/server/guard.h"
#include "tmtp-link/server/inner_check.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/ohi.h"
#include "tmtp-link/server/post.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/store.h"
#include "tmtp-link/server/upload.h"
#include "tmtp-link/wire/frame.h"
#include "tmtp-link/wire/limits.h"

enum {
    HAND_MAX = 8,    /* posts of one link in hand; with 128 KiB each its memory's bound */
    ID_MAX = 8192,   /* octets of a client's id: each may be six in the answer's JSON */
    LABEL_MAX = 255, /* octets of a node's label */
};

static void rev(struct link *link);
static void post(struct link *link);
static void acknowledge(struct link *link);
static void nothing(struct link *link);
static void quit(struct link *link);

/* Who carries out which op, and with which kind of request: ops of one kind may be in hand
 * together, an op without one never waits. */
static const struct op {
    void (*act)(struct link *link);
    const struct request_kind *kind;
} ops[TMTP_OP_END] = {
    [TMTP_REV] = {rev, NULL},
    [TMTP_REGISTER] = {enter_register, &enter_register_kind},
    [TMTP_LOGIN] = {enter_login, &enter_login_kind},
    [TMTP_USER_EDIT] = {edit_user, &edit_kind},
    [TMTP_OHI_EDIT] = {ohi_edit, &ohi_kind},
    [TMTP_GROUP_INVITE] = {group_invite, &group_invite_kind},
    [TMTP_GROUP_EDIT] = {group_edit, &group_edit_kind},
    [TMTP_POST] = {post, &post_kind}, /* or append_message */
    [TMTP_POST_NOTIFY] = {post_notify, &post_kind},
    [TMTP_PING] = {post_ping, &post_kind},
    [TMTP_ACK] = {acknowledge, NULL},
    [TMTP_PULSE] = {nothing, NULL},
    [TMTP_QUIT] = {quit, NULL},
};

bool session_may_read(const struct link *link)
{
    return !link->header_waits && !link->storing && link->in_hand < HAND_MAX &&
           !link->server->stopping;
}

struct tmtp_header session_take_header(struct link *link)
{
    struct tmtp_header header = *link->header;

    free(link->header);
    link->header = NULL;
    return header;
}

static void drop_header(struct link *link)
{
    if (link->header != NULL) {
        header_free(link->header);
        free(link->header);
        link->header = NULL;
    }
}

/* --- the small ops ------------------------------------------------------------------------- */

static void rev(struct link *link)
{
    link->stage = LINK_REV;
    link_answer(link, enter_tmtprev(link->server));
}

static void post(struct link *link)
{
    append_ask(link);
    post_message(link);
}

static void acknowledge(struct link *link)
{
    deliver_acknowledged(link, link->header->id);
}

static void nothing(struct link *link)
{
    (void)link; /* a pulse: that it came is enough */
}

static void quit(struct link *link)
{
    link_quit(link, "logout ok");
}

/* --- frames -------------------------------------------------------------------------------- */

/* The quit for an op out of order, or NULL. */
static const char *order_fault(const struct link *link)
{
    int op = link->header->op;

    if (op == TMTP_REV) {
        return link->stage == LINK_NEW ? NULL : "disallowed op repetition";
    }
    if (link->stage == LINK_NEW) {
        return "tmtprev was omitted";
    }
    if (op == TMTP_REGISTER || op == TMTP_LOGIN) {
        return link->stage == LINK_REV ? NULL : "disallowed op on connected link";
    }
    return link->stage == LINK_IN || link->stage == LINK_ENTERING
               ? NULL
               : "disallowed op on unauthenticated link";
}

/* The quit for texts or data that are too long or too short, or NULL. */
static const char *length_fault(const struct link *link)
{
    const struct tmtp_header *header = link->header;
    bool text = header->op == TMTP_PING || header->op == TMTP_GROUP_INVITE;
    int64_t most = text ? TMTP_PING_OCTETS_MAX : link->server->config->max_message;

    if (header->id.len > ID_MAX || header->newnode.len > LABEL_MAX) {
        return "invalid header";
    }
    if (header->datalen > most) {
        return "data too long for request type";
    }
    return header->op == TMTP_POST_NOTIFY ? post_notify_fault(header) : NULL;
}

/* Whether a post goes the short way. Posts in hand keep the order of their own way, but not of the
 * other; while some go the long way all do. */
static bool goes_short(const struct link *link)
{
    bool long_way = link->in_hand > 0 && link->hand_kind == &post_kind;

    return link->header->op == TMTP_POST && !long_way && append_fits(link);
}

/* The frame is whole: do what it asks, or wait. */
static void act(struct link *link)
{
    const struct op *op = &ops[link->header->op];
    bool append = goes_short(link);
    const struct request_kind *kind = append ? &append_kind : op->kind;

    if (kind != NULL && link->in_hand > 0 && link->hand_kind != kind) {
        link->header_waits = true;
        return;
    }
    if (!link->header_waits) {
        link->server->metrics.requests[link->header->op]++;
    }
    link->header_waits = false;
    if (guard_allows(link) && inner_check(link)) {
        (append ? append_message : op->act)(link); /* may take the header over, or make it wait */
    }
    if (!link->header_waits) {
        drop_header(link);
    }
}

void session_header(struct link *link, const char *json, size_t len)
{
    const char *fault = "invalid header";

    drop_header(link);
    link->header = calloc(1, sizeof *link->header);
    if (link->header == NULL) {
        link_close(link, "no memory");
        return;
    }
    if (header_parse(json, len, link->header) && header_is_request(link->header)) {
        fault = order_fault(link);
        if (fault == NULL) {
            fault = length_fault(link);
        }
    }
    if (fault != NULL) {
        drop_header(link);
        link_quit(link, fault);
    } else if (link->header->datalen > 0) {
        frame_reader_expect(&link->reader, (uint64_t)link->header->datalen);
    } else {
        act(link);
    }
}

void session_data(struct link *link, const char *data, size_t len, bool last)
{
    if (!upload_take(link, data, len)) {
        link_close(link, "no memory");
    } else if (last) {
        act(link);
    }
}

void session_continue(struct link *link)
{
    if (link->header_waits && link->awaiting == NULL && link->end == LINK_OPEN) {
        act(link);
    }
}

/* --- requests ------------------------------------------------------------------------------ */

void session_submit(struct link *link, struct request *request)
{
    link_hold(link);
    link->in_hand++;
    link->hand_kind = request->kind;
    store_submit(link->server->store, request);
}

void session_answered(struct link *link)
{
    link->in_hand--;
    link_continue(link);
    link_release(link);
}

void session_ack(struct link *link, const char *id, size_t id_len, const char *error)
{
    json_t *ack = json_pack("{s:s, s:s%}", "op", "ack", "id", id, id_len);

    link->server->metrics.acks_refused += error == NULL ? 0 : 1;
    if (ack != NULL && error != NULL) {
        json_object_set_new(ack, "error", json_string(error));
    }
    link_answer(link, ack);
}

/* A text as JSON has it; most need no more than quotes. To be freed by free(). */
static char *quoted(struct tmtp_text text)
{
    json_t *value;
    char *json = NULL;
    size_t plain = 0;

    while (plain < text.len && text.at[plain] >= ' ' && text.at[plain] < 0x7f &&
           text.at[plain] != '"' && text.at[plain] != '\\') {
        plain++;
    }
    if (plain == text.len) {
        return asprintf(&json, "\"%.*s\"", (int)text.len, text.at) < 0 ? NULL : json;
    }
    value = json_stringn(text.at, text.len);
    json = value == NULL ? NULL : json_dumps(value, JSON_ENCODE_ANY);
    json_decref(value);
    return json;
}

void session_ack_message(struct link *link, struct tmtp_text id, int64_t message,
                         const char *posted)
{
    char *client_id = quoted(id);
    char *json = NULL;
    char *frame = NULL;
    size_t len = 0;

    link->server->metrics.accepted++;
    if (client_id != NULL &&
        asprintf(&json, "{\"id\":%s,\"msgid\":\"%016" PRIx64 "\",\"op\":\"ack\",\"posted\":\"%s\"}",
                 client_id, (uint64_t)message, posted) >= 0) {
        frame = frame_make(json, strlen(json), NULL, 0, &len);
        free(json);
    }
    free(client_id);
    link_send(link, frame, len);
}

void session_closed(struct link *link)
{
    upload_give_up(link);
    drop_header(link);
    link->header_waits = false;
    link->awaiting = NULL;
    inner_forget(link);
    guard_leave(link);
    deliver_end(link);
    enter_leave(link);
}
