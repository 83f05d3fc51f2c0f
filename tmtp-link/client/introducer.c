/*
 * The introducer's session. Any result after which a session is over drops it; the next
 * introducer_ready logs in anew.
 *
 * A node gets its queue in the order of the ids, so once a post of one's own has come back, all
 * that was posted before has. In a session that post is the last thread; after a login it is a
 * marker, a message to nobody else.
 */
#include "tmtp-link/client/introducer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tmtp-link/client/credentials.h"
#include "tmtp-link/client/deadline.h"
#include "tmtp-link/wire/base32.h"

/* No header and inner header that a client may send are longer. */
enum { DATA_MAX = 65536, TIMEOUT_MS = 30000, SILENCE_MS = 300000, STEADY_MS = 10000 };

struct introducer {
    struct credentials credentials;
    char *ca_file;
    int timeout_ms, silence_ms;
    introducer_came_back came_back;
    introducer_pinged pinged; /* NULL for none */
    void *user;
    struct tmtp_session *session;     /* NULL while not logged in */
    char awaited[TMTP_MSGID_LEN + 1]; /* own post that has yet to come back; empty for none */
    int64_t heard_ms;                 /* when the server last said something */
    int64_t since_ms;                 /* when the session began */
};

enum tmtp_result introducer_open(const struct introducer_options *options,
                                 struct introducer **introducer, struct tmtp_error *error)
{
    enum tmtp_result result;
    struct introducer *made = calloc(1, sizeof *made);

    if (made == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    made->timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : TIMEOUT_MS;
    made->silence_ms = options->silence_ms > 0 ? options->silence_ms : SILENCE_MS;
    made->came_back = options->came_back;
    made->pinged = options->pinged;
    made->user = options->user;
    result = credentials_load(options->credentials_path, &made->credentials, error);
    if (result == TMTP_OK && options->ca_file != NULL &&
        (made->ca_file = strdup(options->ca_file)) == NULL) {
        result = tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    if (result == TMTP_OK && options->server != NULL) {
        result = credentials_set(&made->credentials, "server", options->server, error);
    }
    if (result == TMTP_OK && *credentials_get(&made->credentials, "alias") == '\0') {
        result = tmtp_fail(error, TMTP_LOCAL, "%s has no alias", options->credentials_path);
    }
    if (result != TMTP_OK) {
        introducer_close(made);
        return result;
    }
    *introducer = made;
    return TMTP_OK;
}

const char *introducer_uid(const struct introducer *introducer)
{
    return credentials_get(&introducer->credentials, "uid");
}

const char *introducer_alias(const struct introducer *introducer)
{
    return credentials_get(&introducer->credentials, "alias");
}

static int silence_left_ms(const struct introducer *introducer)
{
    return deadline_left(introducer->heard_ms + introducer->silence_ms);
}

int introducer_fd(const struct introducer *introducer)
{
    return introducer->session == NULL ? -1 : session_fd(introducer->session);
}

int introducer_due_ms(const struct introducer *introducer)
{
    int pulse_ms, silence_ms;

    if (introducer->session == NULL) {
        return -1;
    }
    pulse_ms = session_pulse_due_ms(introducer->session);
    silence_ms = silence_left_ms(introducer);
    return pulse_ms < silence_ms ? pulse_ms : silence_ms;
}

static void disconnect(struct introducer *introducer)
{
    session_close(introducer->session);
    introducer->session = NULL;
    introducer->awaited[0] = '\0';
}

static enum tmtp_result log_in(struct introducer *introducer, struct tmtp_error *error)
{
    struct session_options options = {
        .server = credentials_get(&introducer->credentials, "server"),
        .ca_file = introducer->ca_file,
        .timeout_ms = introducer->timeout_ms,
        .data_max = DATA_MAX,
    };
    enum tmtp_result result = session_open(&options, &introducer->session, error);

    if (result == TMTP_OK) {
        result = session_login(introducer->session, introducer_uid(introducer),
                               credentials_get(&introducer->credentials, "node"), error);
    }
    introducer->since_ms = introducer->heard_ms = deadline_now_ms();
    return result;
}

/* --- what comes ---------------------------------------------------------------------------- */

/* A message of one's own that has a reference is a thread that has come back. */
static bool note_thread(struct introducer *introducer, const struct tmtp_message *message)
{
    const struct tmtp_header *header = &message->header;
    struct session_receipt receipt;
    struct inner inner;
    bool noted = true;

    /* What others put into theirs counts for nothing. */
    if (!tmtp_text_is(header->from, introducer_uid(introducer)) || header->id.len == 0 ||
        header->datahead == 0 || (uint64_t)header->datahead > message->data_len) {
        return true;
    }
    if (inner_parse(message->data, (size_t)header->datahead, &inner) && inner.ref != NULL) {
        snprintf(receipt.msgid, sizeof receipt.msgid, "%s", header->id.at);
        snprintf(receipt.posted, sizeof receipt.posted, "%s",
                 header->posted.at == NULL ? "" : header->posted.at);
        noted = introducer->came_back(introducer->user, inner.ref, &receipt);
    }
    inner_free(&inner);
    return noted;
}

static bool is_plain(struct tmtp_text text)
{
    return text.len > 0 && strlen(text.at) == text.len;
}

/* One that does not say who sends it, as it should, tells nothing. */
static bool note_ping(struct introducer *introducer, const struct tmtp_message *message)
{
    const struct tmtp_header *header = &message->header;
    const struct introducer_ping ping = {
        .uid = header->from.at, .alias = header->alias.at, .text = message->data};

    if (introducer->pinged == NULL || !tmtp_text_is(header->op_name, "ping") ||
        !base32_is_uid(header->from.at, header->from.len) ||
        tmtp_text_is(header->from, introducer_uid(introducer)) || !is_plain(header->alias) ||
        strlen(message->data) != message->data_len) {
        return true;
    }
    return introducer->pinged(introducer->user, &ping);
}

/* Ack a message once what it tells is safe. */
static enum tmtp_result take_one(struct introducer *introducer, const struct tmtp_message *message,
                                 struct tmtp_error *error)
{
    introducer->heard_ms = deadline_now_ms();
    if (!note_thread(introducer, message) || !note_ping(introducer, message)) {
        return tmtp_fail(error, TMTP_RETRY, "what has come can't be noted now");
    }
    if (tmtp_text_is(message->header.id, introducer->awaited)) {
        introducer->awaited[0] = '\0';
    }
    return session_ack(introducer->session, message, error);
}

/* Take what comes until the post awaited is back, and what else is here. */
static enum tmtp_result take(struct introducer *introducer, struct tmtp_error *error)
{
    for (;;) {
        bool waiting = introducer->awaited[0] != '\0';
        struct tmtp_message *message = NULL;
        enum tmtp_result result = session_next(
            introducer->session, waiting ? introducer->timeout_ms : 0, &message, error);

        if (result == TMTP_NONE) {
            return waiting ? tmtp_fail(error, TMTP_RETRY, "the server does not send what is queued")
                           : TMTP_OK;
        }
        if (result == TMTP_OK) {
            result = take_one(introducer, message, error);
        }
        stream_message_free(message);
        if (result != TMTP_OK) {
            return result;
        }
    }
}

/* --- what goes ----------------------------------------------------------------------------- */

/* Begin a thread with people, or with oneself alone; it comes back. */
static enum tmtp_result post(struct introducer *introducer, const struct inner_person *people,
                             size_t count, const char *subject, const char *body, const char *ref,
                             struct session_receipt *receipt, struct tmtp_error *error)
{
    const struct inner_person author = {
        .alias = credentials_get(&introducer->credentials, "alias"),
        .uid = introducer_uid(introducer),
    };
    const char *uids[3] = {author.uid};
    time_t now = time(NULL);
    struct tm parts;
    char date[32];
    char *datahead;
    enum tmtp_result result;

    for (size_t i = 0; i < count; i++) {
        uids[i + 1] = people[i].uid;
    }
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &parts));
    datahead = inner_thread(&author, people, count, subject, date, ref);
    if (datahead == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory, or a name or the subject is not UTF-8");
    }
    result = session_post(introducer->session, uids, count + 1, datahead, body, strlen(body),
                          receipt, error);
    free(datahead);
    if (result == TMTP_OK && receipt->msgid[0] == '\0') {
        return tmtp_fail(error, TMTP_PROTOCOL, "the server gave a post no id");
    }
    if (result == TMTP_OK) {
        snprintf(introducer->awaited, sizeof introducer->awaited, "%s", receipt->msgid);
    }
    return result;
}

static enum tmtp_result post_marker(struct introducer *introducer, struct tmtp_error *error)
{
    struct session_receipt unused;
    enum tmtp_result result = post(introducer, NULL, 0, "Read to here", "", NULL, &unused, error);

    return result == TMTP_REFUSED ? TMTP_RETRY : result; /* it has nothing to do with a thread */
}

/* Take what has come; when nothing has for long, see whether anything can. */
static enum tmtp_result tend(struct introducer *introducer, struct tmtp_error *error)
{
    enum tmtp_result result = take(introducer, error);

    if (result == TMTP_OK && silence_left_ms(introducer) == 0) {
        result = post_marker(introducer, error);
        if (result == TMTP_OK) {
            result = take(introducer, error);
        }
    }
    return result;
}

enum tmtp_result introducer_ready(struct introducer *introducer, struct tmtp_error *error)
{
    enum tmtp_result result;

    if (introducer->session != NULL) {
        result = tend(introducer, error);
        if (result == TMTP_OK) {
            return TMTP_OK;
        }
        disconnect(introducer); /* the link was lost since */
        if (deadline_left(introducer->since_ms + STEADY_MS) > 0) {
            return result; /* and would be again: the caller knows when to try */
        }
    }
    result = log_in(introducer, error);
    if (result == TMTP_OK) {
        result = post_marker(introducer, error);
    }
    if (result == TMTP_OK) {
        result = take(introducer, error);
    }
    if (result != TMTP_OK) {
        disconnect(introducer);
    }
    return result;
}

enum tmtp_result introducer_post(struct introducer *introducer,
                                 const struct inner_person members[2], const char *subject,
                                 const char *body, const char *ref, struct session_receipt *receipt,
                                 struct tmtp_error *error)
{
    enum tmtp_result result;

    if (introducer->session == NULL || introducer->awaited[0] != '\0') {
        return tmtp_fail(error, TMTP_RETRY, "what was posted before is not known yet");
    }
    result = post(introducer, members, 2, subject, body, ref, receipt, error);
    if (result != TMTP_OK && result != TMTP_REFUSED) {
        disconnect(introducer);
    }
    return result;
}

void introducer_close(struct introducer *introducer)
{
    struct tmtp_error unused;

    if (introducer == NULL) {
        return;
    }
    if (introducer->session != NULL && (take(introducer, &unused) != TMTP_OK ||
                                        session_quit(introducer->session, &unused) != TMTP_OK)) {
        /* The server frees the node by its own time-out, and keeps the queue. */
        disconnect(introducer);
    }
    disconnect(introducer);
    credentials_free(&introducer->credentials);
    free(introducer->ca_file);
    free(introducer);
}
