/*
 * UserEdit. The change and the `user` message that tells all nodes of it are one statement.
 */
#include "tmtp-link/server/edit.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/identity.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/outgoing.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/routes.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/session.h"

struct edit {
    struct request request;
    struct link *link;
    struct tmtp_header header; /* of the request: its id and what is new */
    int64_t account, node;
    uint8_t secret[IDENTITY_SECRET];
    struct outgoing message;
};

static void edit_free(struct edit *edit)
{
    header_free(&edit->header);
    outgoing_free(&edit->message);
    free(edit);
}

/* The `user` message: {newalias} or {newnode, nodeid}. */
static bool make_message(struct edit *edit)
{
    char password[TMTP_NODE_LEN + 1];
    json_t *header = outgoing_begin(&edit->message, edit->link, "user");

    edit->message.first = true;
    if (edit->header.newalias.len > 0) {
        outgoing_set_text(header, "newalias", edit->header.newalias);
    } else {
        identity_node(password, edit->secret);
        outgoing_set_text(header, "newnode", edit->header.newnode);
        json_object_set_new(header, "nodeid", json_string(password));
        OPENSSL_cleanse(password, sizeof password);
    }
    return outgoing_seal(&edit->message, header);
}

void edit_user(struct link *link)
{
    const struct tmtp_header *header = link->header;
    const char *fault =
        header->newalias.len > 0 ? identity_name_fault(IDENTITY_NEWALIAS, header->newalias) : NULL;
    struct edit *edit;

    if (fault != NULL) {
        session_ack(link, header->id.at, header->id.len, fault);
        return;
    }
    edit = calloc(1, sizeof *edit);
    if (edit == NULL) {
        link_close(link, "no memory");
        return;
    }
    edit->request.kind = header->newalias.len > 0 ? &edit_kind : &edit_node_kind;
    edit->link = link;
    edit->account = link->account;
    edit->node = link->node;
    edit->header = session_take_header(link);
    if (!make_message(edit)) {
        edit_free(edit);
        link_close(link, "no memory");
        return;
    }
    session_submit(link, &edit->request);
}

static void alias_write(struct params *params, struct request *const list[], size_t count)
{
    const struct edit *edit = CONTAINER(list[0], struct edit, request);

    (void)count;
    params_int8(params, edit->account);
    params_octets(params, edit->header.newalias.at, edit->header.newalias.len);
    params_int8(params, edit->message.id);
    params_octets(params, edit->message.frame, edit->message.frame_len);
}

static void node_write(struct params *params, struct request *const list[], size_t count)
{
    const struct edit *edit = CONTAINER(list[0], struct edit, request);
    struct tmtp_text label = edit->header.newnode;

    (void)count;
    params_int8(params, edit->account);
    params_int8(params, edit->node);
    params_octets(params, label.at, strnlen(label.at, label.len));
    params_octets(params, edit->secret, sizeof edit->secret);
    params_int4(params, TMTP_NODES_MAX);
    params_int8(params, edit->message.id);
    params_octets(params, edit->message.frame, edit->message.frame_len);
}

/* The nodes that have the message are all there are of the user: one more than before, perhaps. */
static void tell_routes(const struct link *link, const PGresult *result)
{
    int64_t nodes[TMTP_NODES_MAX];
    size_t count = 0;

    for (int i = 0; i < PQntuples(result) && count < TMTP_NODES_MAX; i++) {
        nodes[count++] = rows_int8(result, i, 1);
    }
    routes_set_nodes(link->server->routes, link->uid, nodes, count);
}

/* Rows: either one with a fault, or the nodes that have the message in their queues. */
static void edit_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct edit *edit = CONTAINER(list[0], struct edit, request);
    struct link *link = edit->link;
    const char *fault = "it could not be stored";

    (void)count;
    if (result != NULL) {
        fault = PQntuples(result) > 0 ? rows_text(result, 0, 0) : NULL;
    }
    session_ack(link, edit->header.id.at, edit->header.id.len, fault);
    if (fault == NULL && edit->request.kind == &edit_node_kind) {
        tell_routes(link, result);
    }
    for (int i = 0; fault == NULL && i < PQntuples(result); i++) {
        outgoing_queued(&edit->message, link->server, rows_int8(result, i, 1));
    }
    edit_free(edit);
    session_answered(link);
}

const struct request_kind edit_kind = {
    .name = "alias", .query = QUERY_ALIAS, .most = 1, .write = alias_write, .settle = edit_settle};

const struct request_kind edit_node_kind = {
    .name = "node", .query = QUERY_NODE, .most = 1, .write = node_write, .settle = edit_settle};
