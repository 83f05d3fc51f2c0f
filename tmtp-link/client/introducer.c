/*
 * The introducer's session. Any result after which a session is over drops it; the next post logs
 * in anew.
 */
#include "tmtp-link/client/introducer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tmtp-link/client/credentials.h"

enum {
    /* The introducer reads nothing of what it gets: keep the memory small. */
    DATA_MAX = 4096,
    /* The server sends the next message only after the ack of the one before: wait that long for
       it. */
    QUIET_MS = 100,
    DRAIN_MAX = 1000,
};

struct introducer {
    struct credentials credentials;
    char *ca_file;
    int timeout_ms;
    struct tmtp_session *session; /* NULL while not logged in */
};

enum tmtp_result introducer_open(const char *credentials_path, const char *server,
                                 const char *ca_file, int timeout_ms,
                                 struct introducer **introducer, struct tmtp_error *error)
{
    enum tmtp_result result;
    struct introducer *made = calloc(1, sizeof *made);

    if (made == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    made->timeout_ms = timeout_ms;
    result = credentials_load(credentials_path, &made->credentials, error);
    if (result == TMTP_OK && ca_file != NULL && (made->ca_file = strdup(ca_file)) == NULL) {
        result = tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    if (result == TMTP_OK && server != NULL) {
        result = credentials_set(&made->credentials, "server", server, error);
    }
    if (result == TMTP_OK && *credentials_get(&made->credentials, "alias") == '\0') {
        result = tmtp_fail(error, TMTP_LOCAL, "%s has no alias", credentials_path);
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

static void disconnect(struct introducer *introducer)
{
    session_close(introducer->session);
    introducer->session = NULL;
}

static enum tmtp_result connect_if_needed(struct introducer *introducer, struct tmtp_error *error)
{
    struct session_options options = {
        .server = credentials_get(&introducer->credentials, "server"),
        .ca_file = introducer->ca_file,
        .timeout_ms = introducer->timeout_ms,
        .data_max = DATA_MAX,
    };
    enum tmtp_result result;

    if (introducer->session != NULL) {
        return TMTP_OK;
    }
    result = session_open(&options, &introducer->session, error);
    if (result != TMTP_OK) {
        return result;
    }
    result = session_login(introducer->session, introducer_uid(introducer),
                           credentials_get(&introducer->credentials, "node"), error);
    if (result != TMTP_OK) {
        disconnect(introducer);
    }
    return result;
}

/* Ack what has come, until nothing more comes within the wait; or enough for once. */
static enum tmtp_result drain(struct introducer *introducer, int wait_ms, struct tmtp_error *error)
{
    for (int i = 0; i < DRAIN_MAX; i++) {
        struct tmtp_message *message = NULL;
        enum tmtp_result result = session_next(introducer->session, wait_ms, &message, error);

        if (result == TMTP_OK) {
            result = session_ack(introducer->session, message, error);
            stream_message_free(message);
        }
        if (result != TMTP_OK) {
            return result == TMTP_NONE ? TMTP_OK : result;
        }
    }
    return TMTP_OK;
}

static void keep(struct introducer *introducer, int wait_ms)
{
    struct tmtp_error unused;

    if (introducer->session != NULL && (drain(introducer, wait_ms, &unused) != TMTP_OK ||
                                        session_pulse(introducer->session, &unused) != TMTP_OK)) {
        disconnect(introducer);
    }
}

void introducer_tend(struct introducer *introducer)
{
    keep(introducer, QUIET_MS);
}

static void format_date(char *date, size_t size)
{
    time_t now = time(NULL);
    struct tm parts;

    strftime(date, size, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &parts));
}

enum tmtp_result introducer_post(struct introducer *introducer,
                                 const struct inner_person members[2], const char *subject,
                                 const char *body, struct session_receipt *receipt,
                                 struct tmtp_error *error)
{
    const struct inner_person author = {
        .alias = credentials_get(&introducer->credentials, "alias"),
        .uid = introducer_uid(introducer),
    };
    const char *uids[2] = {members[0].uid, members[1].uid};
    char date[32];
    char *datahead;
    enum tmtp_result result;

    keep(introducer, 0); /* notices a link that was lost since */
    format_date(date, sizeof date);
    datahead = inner_thread(&author, members, 2, subject, date);
    if (datahead == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory, or a name or the subject is not UTF-8");
    }
    result = connect_if_needed(introducer, error);
    if (result == TMTP_OK) {
        result = session_post(introducer->session, uids, 2, datahead, body, strlen(body), receipt,
                              error);
        if (result != TMTP_OK && result != TMTP_REFUSED) {
            disconnect(introducer);
        }
    }
    free(datahead);
    return result;
}

void introducer_close(struct introducer *introducer)
{
    struct tmtp_error unused;

    if (introducer == NULL) {
        return;
    }
    if (introducer->session != NULL && session_quit(introducer->session, &unused) != TMTP_OK) {
        /* The server frees the node by its own time-out. */
        disconnect(introducer);
    }
    disconnect(introducer);
    credentials_free(&introducer->credentials);
    free(introducer->ca_file);
    free(introducer);
}
