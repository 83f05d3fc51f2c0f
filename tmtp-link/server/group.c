/*
 * GroupInvite and GroupEdit. The change and the messages that tell of it are one statement.
 *
 * The `member` message of a GroupEdit names the alias by which the group knows a user, which for
 * some acts only the database can tell. The request then goes there twice: the first time it
 * changes nothing and comes back with the alias, and the message is made of that.
 */
#include "tmtp-link/server/group.h"

#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/guard.h"
#include "tmtp-link/server/identity.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/outgoing.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/session.h"
#include "tmtp-link/server/text.h"
#include "tmtp-link/server/upload.h"

struct invitation {
    struct request request;
    struct link *link;
    struct tmtp_header header;
    int64_t account, node;        /* of who invites */
    struct outgoing invite, told; /* to the one invited; to the members */
};

struct edit {
    struct request request;
    struct link *link;
    struct tmtp_header header;
    int64_t account;
    char *named; /* alias in the message; NULL when it is not known yet */
    struct outgoing told;
};

/* The `member` message. */
static bool make_told(struct outgoing *told, const struct link *link, struct tmtp_text act,
                      struct tmtp_text gid, struct tmtp_text alias, struct tmtp_text newalias)
{
    json_t *header = outgoing_begin(told, link, "member");

    outgoing_set_text(header, "act", act);
    outgoing_set_text(header, "gid", gid);
    outgoing_set_text(header, "alias", alias);
    if (newalias.len > 0) {
        outgoing_set_text(header, "newalias", newalias);
    }
    return outgoing_seal(told, header);
}

/* --- GroupInvite --------------------------------------------------------------------------- */

static void invitation_free(struct invitation *invitation)
{
    header_free(&invitation->header);
    outgoing_free(&invitation->invite);
    outgoing_free(&invitation->told);
    free(invitation);
}

static bool make_invitation(struct invitation *invitation)
{
    const struct tmtp_header *request = &invitation->header;
    const struct tmtp_text act = {"invite", strlen("invite")};
    json_t *header = outgoing_begin(&invitation->invite, invitation->link, "invite");

    outgoing_set_number(header, "datahead", request->datahead);
    outgoing_set_number(header, "datasum", request->datasum);
    outgoing_set_text(header, "gid", request->gid);
    outgoing_set_text(header, "alias", request->from);
    outgoing_set_text(header, "to", request->to);
    return outgoing_seal(&invitation->invite, header) &&
           make_told(&invitation->told, invitation->link, act, request->gid, request->to,
                     (struct tmtp_text){0});
}

void group_invite(struct link *link)
{
    const char *unfit = text_fault(&link->data);
    const char *fault = identity_name_fault(IDENTITY_GID, link->header->gid);
    struct invitation *invitation;

    if (unfit != NULL) {
        link_quit(link, unfit);
        return;
    }
    if (fault != NULL) {
        upload_give_up(link);
        session_ack(link, link->header->id.at, link->header->id.len, fault);
        return;
    }
    invitation = calloc(1, sizeof *invitation);
    if (invitation == NULL) {
        link_close(link, "no memory");
        return;
    }
    invitation->request.kind = &group_invite_kind;
    invitation->link = link;
    invitation->account = link->account;
    invitation->node = link->node;
    invitation->header = session_take_header(link);
    invitation->invite.data_len = invitation->header.datalen;
    outgoing_take_data(&invitation->invite, link);
    if (!make_invitation(invitation)) {
        invitation_free(invitation);
        link_quit(link, "invalid header"); /* too long, once its texts are those of the message */
        return;
    }
    session_submit(link, &invitation->request);
}

static void invite_write(struct params *params, struct request *const list[], size_t count)
{
    const struct invitation *invitation = CONTAINER(list[0], struct invitation, request);
    const struct buffer *text = &invitation->invite.data;

    (void)count;
    params_int8(params, invitation->account);
    params_int8(params, invitation->node);
    text_name(params, invitation->header.from);
    text_name(params, invitation->header.to);
    text_name(params, invitation->header.gid);
    params_bool(params, invitation->link->server->config->open);
    params_int4(params, TMTP_MEMBERS_MAX);
    params_int8(params, invitation->invite.id);
    params_octets(params, invitation->invite.frame, invitation->invite.frame_len);
    params_octets(params, text->at == NULL ? "" : text->at + text->begin, buffer_len(text));
    params_int8(params, invitation->told.id);
    params_octets(params, invitation->told.frame, invitation->told.frame_len);
}

/* Rows: one with a fault or `refused`, or (fault, refused, message, node) for all that is queued.
 */
static void invite_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct invitation *invitation = CONTAINER(list[0], struct invitation, request);
    struct link *link = invitation->link;
    char refusal[TEXT_REFUSAL_SIZE];
    const char *fault = "it could not be stored";

    (void)count;
    if (result != NULL) {
        fault = PQntuples(result) > 0 ? rows_text(result, 0, 0) : NULL;
        if (PQntuples(result) > 0 && rows_bool(result, 0, 1)) {
            text_refusal("not introduced to", invitation->header.to, refusal);
            fault = refusal;
            guard_ping_failed(link);
        }
    }
    outgoing_answer(&invitation->invite, link, invitation->header.id, fault);
    for (int i = 0; fault == NULL && i < PQntuples(result); i++) {
        bool told = rows_int8(result, i, 2) == invitation->told.id;

        outgoing_queued(told ? &invitation->told : &invitation->invite, link->server,
                        rows_int8(result, i, 3));
    }
    invitation_free(invitation);
    session_answered(link);
}

const struct request_kind group_invite_kind = {.name = "invite",
                                               .query = QUERY_GROUP_INVITE,
                                               .most = 1,
                                               .write = invite_write,
                                               .settle = invite_settle};

/* --- GroupEdit ----------------------------------------------------------------------------- */

static void edit_free(struct edit *edit)
{
    header_free(&edit->header);
    outgoing_free(&edit->told);
    free(edit->named);
    free(edit);
}

/* A text of the request when its act is "drop", or when it is another; else none. */
static struct tmtp_text of_act(const struct tmtp_header *header, struct tmtp_text text, bool drop)
{
    const struct tmtp_text none = {0};

    return tmtp_text_is(header->act, "drop") == drop ? text : none;
}

static struct tmtp_text new_alias(const struct tmtp_header *header)
{
    return of_act(header, header->newalias, false);
}

static struct tmtp_text dropped(const struct tmtp_header *header)
{
    return of_act(header, header->to, true);
}

/* The message, with the alias that the database has told. */
static bool make_edit(struct edit *edit, const char *alias)
{
    const struct tmtp_header *header = &edit->header;
    struct tmtp_text newalias = {0};

    if (tmtp_text_is(header->act, "alias")) {
        newalias = header->newalias;
    }
    free(edit->named);
    outgoing_free(&edit->told);
    edit->named = strdup(alias);
    return edit->named != NULL && make_told(&edit->told, edit->link, header->act, header->gid,
                                            (struct tmtp_text){alias, strlen(alias)}, newalias);
}

/* What is wrong with the form of the names, or NULL. */
static const char *edit_fault(const struct tmtp_header *header)
{
    const char *fault = identity_name_fault(IDENTITY_GID, header->gid);
    struct tmtp_text alias = new_alias(header);
    struct tmtp_text to = dropped(header);

    if (fault == NULL && alias.len > 0) {
        fault = identity_name_fault(IDENTITY_NEWALIAS, alias);
    }
    return fault == NULL && to.len > 0 ? identity_name_fault(IDENTITY_TO, to) : fault;
}

void group_edit(struct link *link)
{
    const char *fault = edit_fault(link->header);
    struct edit *edit;

    if (fault != NULL) {
        session_ack(link, link->header->id.at, link->header->id.len, fault);
        return;
    }
    edit = calloc(1, sizeof *edit);
    if (edit == NULL) {
        link_close(link, "no memory");
        return;
    }
    edit->request.kind = &group_edit_kind;
    edit->link = link;
    edit->account = link->account;
    edit->header = session_take_header(link);
    session_submit(link, &edit->request);
}

static void edit_write(struct params *params, struct request *const list[], size_t count)
{
    const struct edit *edit = CONTAINER(list[0], struct edit, request);

    (void)count;
    params_int8(params, edit->account);
    text_name(params, edit->header.gid);
    text_name(params, edit->header.act);
    text_name(params, new_alias(&edit->header));
    text_name(params, dropped(&edit->header));
    params_text(params, edit->named);
    params_int8(params, edit->told.id);
    params_octets(params, edit->told.frame, edit->told.frame_len);
}

/* Rows: one with a fault, or with the alias to be named; or (…, node) for all that is queued. */
static void edit_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct edit *edit = CONTAINER(list[0], struct edit, request);
    struct link *link = edit->link;
    const char *fault = "it could not be stored";

    (void)count;
    if (result != NULL) {
        const char *alias = PQntuples(result) > 0 ? rows_text(result, 0, 1) : NULL;

        fault = PQntuples(result) > 0 ? rows_text(result, 0, 0) : NULL;
        if (fault == NULL && alias != NULL && make_edit(edit, alias)) {
            store_submit(link->server->store, &edit->request); /* the link is still held */
            return;
        }
        if (fault == NULL && alias != NULL) {
            fault = "no memory";
        }
    }
    session_ack(link, edit->header.id.at, edit->header.id.len, fault);
    for (int i = 0; fault == NULL && i < PQntuples(result); i++) {
        outgoing_queued(&edit->told, link->server, rows_int8(result, i, 2));
    }
    edit_free(edit);
    session_answered(link);
}

const struct request_kind group_edit_kind = {.name = "group edit",
                                             .query = QUERY_GROUP_EDIT,
                                             .most = 1,
                                             .write = edit_write,
                                             .settle = edit_settle};
