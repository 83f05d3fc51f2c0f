/*
 * The session: requests go out as frames, and await() reads frames until the answer wanted is among
 * them. What comes in between is put in a list for session_next. A message may arrive in pieces
 * over several calls, so the one that is arriving is kept in the session.
 */
#include "tmtp-link/client/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/client/deadline.h"
#include "tmtp-link/client/requests.h"
#include "tmtp-link/wire/base32.h"

enum {
    TIMEOUT_MS = 30000,
    PULSE_MS = TMTP_PULSE_S * 1000 / 2,
    DATA_MAX = 64 << 20,
};

struct tmtp_session {
    struct stream stream;
    int timeout_ms;
    json_t *authby;                    /* array of sign-in providers, or NULL */
    json_t *online;                    /* array of uids at the login, or NULL */
    unsigned last_id;                  /* of the requests */
    struct tmtp_message *first, **end; /* arrived, not yet asked for */
};

static enum tmtp_result send_frame(struct tmtp_session *session, json_t *header, const char *data,
                                   size_t data_len, struct tmtp_error *error)
{
    return stream_send(&session->stream, header, data, data_len, deadline_in(session->timeout_ms),
                       error);
}

/* Keep a message for session_next; answers that nobody waits for any more are dropped. */
static void keep(struct tmtp_session *session, struct tmtp_message *message)
{
    struct tmtp_text op = message->header.op_name;

    if (tmtp_text_is(op, "ack") || tmtp_text_is(op, "info")) {
        stream_message_free(message);
        return;
    }
    *session->end = message;
    session->end = &message->next;
}

/* Wait for the answer of this op, and with this id unless it is NULL. */
static enum tmtp_result await(struct tmtp_session *session, const char *op, const char *id,
                              struct tmtp_message **answer, struct tmtp_error *error)
{
    int64_t deadline_ms = deadline_in(session->timeout_ms);

    for (;;) {
        struct tmtp_message *message = NULL;
        enum tmtp_result result = stream_receive(&session->stream, deadline_ms, &message, error);

        if (result == TMTP_NONE) {
            tmtp_fail(error, TMTP_RETRY, "the server took too long to answer");
            return TMTP_RETRY;
        }
        if (result != TMTP_OK) {
            return result;
        }
        if (tmtp_text_is(message->header.op_name, op) &&
            (id == NULL || tmtp_text_is(message->header.id, id))) {
            *answer = message;
            return TMTP_OK;
        }
        keep(session, message);
    }
}

enum tmtp_result session_open(const struct session_options *options, struct tmtp_session **session,
                              struct tmtp_error *error)
{
    struct tmtp_message *answer = NULL;
    enum tmtp_result result;
    struct tmtp_session *made = calloc(1, sizeof *made);

    if (made == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    made->end = &made->first;
    made->timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : TIMEOUT_MS;
    made->stream.data_max = options->data_max > 0 ? options->data_max : DATA_MAX;
    result = tls_open(options->server, options->ca_file, deadline_in(made->timeout_ms),
                      &made->stream.tls, error);
    if (result == TMTP_OK) {
        result =
            send_frame(made, json_pack("{s:i, s:s}", "op", TMTP_REV, "id", "1"), NULL, 0, error);
    }
    if (result == TMTP_OK) {
        result = await(made, "tmtprev", NULL, &answer, error);
    }
    if (result == TMTP_OK && !tmtp_text_is(answer->header.id, "1")) {
        result = tmtp_fail(error, TMTP_PROTOCOL, "the server does not speak TMTP version 1");
    }
    if (result == TMTP_OK) {
        made->authby = json_incref(answer->header.authby);
        *session = made;
    } else {
        session_close(made);
    }
    stream_message_free(answer);
    return result;
}

bool session_provider(const struct tmtp_session *session, size_t index,
                      struct session_provider *provider)
{
    json_t *item = json_array_get(session->authby, index);

    return item != NULL && json_unpack(item, "{s:s, s:[ss], s:[ss]}", "label", &provider->label,
                                       "login", &provider->login_url, &provider->login_params,
                                       "token", &provider->token_url, &provider->token_params) == 0;
}

/* Both registration and login end with `info`. */
static enum tmtp_result await_info(struct tmtp_session *session, struct tmtp_error *error)
{
    struct tmtp_message *answer = NULL;
    enum tmtp_result result = await(session, "info", NULL, &answer, error);

    if (result == TMTP_OK) {
        json_decref(session->online);
        session->online = json_incref(answer->header.ohi);
    }
    stream_message_free(answer);
    return result;
}

enum tmtp_result session_register(struct tmtp_session *session, const char *node, const char *alias,
                                  json_t *oidc, struct session_identity *identity,
                                  struct tmtp_error *refusal, struct tmtp_error *error)
{
    struct tmtp_message *answer = NULL;
    const struct tmtp_header *got;
    enum tmtp_result result =
        send_frame(session,
                   json_pack("{s:i, s:s, s:s, s:O*}", "op", TMTP_REGISTER, "newnode", node,
                             "newalias", alias, "oidc", oidc),
                   NULL, 0, error);

    if (result == TMTP_OK) {
        result = await(session, "registered", NULL, &answer, error);
    }
    if (result != TMTP_OK) {
        return result;
    }
    got = &answer->header;
    if (!base32_is_uid(got->uid.at, got->uid.len) || got->nodeid.len != TMTP_NODE_LEN ||
        !base32_is_text(got->nodeid.at, got->nodeid.len)) {
        result = tmtp_fail(error, TMTP_PROTOCOL, "the server gave a uid or node that is not one");
    } else {
        snprintf(identity->uid, sizeof identity->uid, "%s", got->uid.at);
        snprintf(identity->node, sizeof identity->node, "%s", got->nodeid.at);
        tmtp_fail(refusal, TMTP_OK, "%s", got->error.at == NULL ? "" : got->error.at);
        result = await_info(session, error);
    }
    stream_message_free(answer);
    return result;
}

enum tmtp_result session_login(struct tmtp_session *session, const char *uid, const char *node,
                               struct tmtp_error *error)
{
    enum tmtp_result result = send_frame(
        session, json_pack("{s:i, s:s, s:s}", "op", TMTP_LOGIN, "uid", uid, "node", node), NULL, 0,
        error);

    return result == TMTP_OK ? await_info(session, error) : result;
}

/* The octets of files, after the frame that announced them. */
static enum tmtp_result send_files(struct tmtp_session *session, const struct session_file *files,
                                   size_t count, struct tmtp_error *error)
{
    enum tmtp_result result = TMTP_OK;

    for (size_t i = 0; result == TMTP_OK && i < count; i++) {
        result = stream_send_file(&session->stream, files[i].fd, files[i].size, session->timeout_ms,
                                  error);
    }
    return result;
}

/* What an ack says. */
static enum tmtp_result take_receipt(const struct tmtp_message *ack,
                                     struct session_receipt *receipt, struct tmtp_error *error)
{
    const struct tmtp_header *header = &ack->header;

    if (header->error.at != NULL) {
        return tmtp_fail(error, TMTP_REFUSED, "%s", header->error.at);
    }
    snprintf(receipt->msgid, sizeof receipt->msgid, "%s",
             header->msgid.at == NULL ? "" : header->msgid.at);
    snprintf(receipt->posted, sizeof receipt->posted, "%s",
             header->posted.at == NULL ? "" : header->posted.at);
    return TMTP_OK;
}

enum tmtp_result session_request(struct tmtp_session *session, json_t *header, const char *data,
                                 size_t data_len, const struct session_file *files,
                                 size_t file_count, struct session_receipt *receipt,
                                 struct tmtp_error *error)
{
    struct tmtp_message *ack = NULL;
    enum tmtp_result result;
    char id[16];

    snprintf(id, sizeof id, "%u", ++session->last_id);
    if (header != NULL && json_object_set_new(header, "id", json_string(id)) != 0) {
        json_decref(header);
        header = NULL;
    }
    result = send_frame(session, header, data, data_len, error);
    if (result == TMTP_OK) {
        result = send_files(session, files, file_count, error);
    }
    if (result == TMTP_OK) {
        result = await(session, "ack", id, &ack, error);
    }
    if (result == TMTP_OK) {
        result = take_receipt(ack, receipt, error);
    }
    stream_message_free(ack);
    return result;
}

enum tmtp_result session_next(struct tmtp_session *session, int wait_ms,
                              struct tmtp_message **message, struct tmtp_error *error)
{
    int64_t deadline_ms = deadline_in(wait_ms);

    while (session->first == NULL) {
        int64_t pulse_ms = session->stream.last_sent_ms + PULSE_MS;
        struct tmtp_message *got = NULL;
        enum tmtp_result result = stream_receive(
            &session->stream, deadline_ms < pulse_ms ? deadline_ms : pulse_ms, &got, error);

        if (result == TMTP_OK) {
            keep(session, got);
        } else if (result != TMTP_NONE) {
            return result;
        } else if (deadline_left(deadline_ms) == 0) {
            return TMTP_NONE;
        } else if (deadline_left(pulse_ms) == 0) {
            result = session_pulse(session, error);
            if (result != TMTP_OK) {
                return result;
            }
        }
    }
    *message = session->first;
    session->first = session->first->next;
    if (session->first == NULL) {
        session->end = &session->first;
    }
    (*message)->next = NULL;
    return TMTP_OK;
}

enum tmtp_result session_ack(struct tmtp_session *session, const struct tmtp_message *message,
                             struct tmtp_error *error)
{
    if (message->header.id.len == 0 || tmtp_text_is(message->header.op_name, "ohi")) {
        return TMTP_OK;
    }
    return send_frame(
        session,
        json_pack("{s:i, s:s, s:s}", "op", TMTP_ACK, "id", message->header.id.at, "type", "ok"),
        NULL, 0, error);
}

bool session_online(const struct tmtp_session *session, const char *uid)
{
    size_t i;
    json_t *item;

    json_array_foreach(session->online, i, item)
    {
        const char *one = json_string_value(item);

        if (one != NULL && strcmp(one, uid) == 0) {
            return true;
        }
    }
    return false;
}

enum tmtp_result session_pulse(struct tmtp_session *session, struct tmtp_error *error)
{
    return send_frame(session, json_pack("{s:i}", "op", TMTP_PULSE), NULL, 0, error);
}

enum tmtp_result session_quit(struct tmtp_session *session, struct tmtp_error *error)
{
    int64_t deadline_ms = deadline_in(session->timeout_ms);
    struct tmtp_error unused;
    enum tmtp_result result =
        send_frame(session, json_pack("{s:i}", "op", TMTP_QUIT), NULL, 0, error);

    /* The server's own quit, or the end of the link: either way the node is free. */
    while (result == TMTP_OK) {
        struct tmtp_message *message = NULL;

        result = stream_receive(&session->stream, deadline_ms, &message, &unused);
        stream_message_free(message);
    }
    return result == TMTP_NONE ? tmtp_fail(error, TMTP_RETRY, "the server took too long to answer")
                               : TMTP_OK;
}

void session_close(struct tmtp_session *session)
{
    if (session == NULL) {
        return;
    }
    while (session->first != NULL) {
        struct tmtp_message *next = session->first->next;

        stream_message_free(session->first);
        session->first = next;
    }
    stream_close(&session->stream);
    json_decref(session->authby);
    json_decref(session->online);
    free(session);
}
