/* Replay is one statement. The listener sleeps on NOTIFY; since notifications are lost with the
 * connection, it also knows the last event it passed on and reads on from there, a little further
 * back, because ids are given out before transactions commit. A browser that sees an event twice
 * only looks twice. */
#include "directory/domain/event.h"

#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/log.h"
#include "directory/db/db.h"
#include "directory/db/listen.h"

enum { OVERLAP = 1000, ID_DIGITS_MAX = 18, AGAIN_MS = 1000, WAIT_MS = 15000 };

struct event_listener {
    const struct config *config;
    event_sink sink;
    void *to;
    int wake_fd; /* readable when the thread is to end */
    pthread_t thread;
    int64_t last; /* event passed on last; -1 before the first look */
};

/* A number as we give them out; anything else a browser sends counts as none. */
static bool is_id(const char *text)
{
    size_t n = strspn(text, "0123456789");

    return n > 0 && n <= ID_DIGITS_MAX && text[n] == '\0';
}

enum agora_status event_replay(struct work *w, const char *account, const char *after,
                               const char **out)
{
    const char *last = after != NULL && is_id(after) ? after : NULL;

    *out = NULL;
    enum agora_status s = DB_JSON(w, QUERY_EVENT_REPLAY, out, account, last);
    return s == AGORA_NOT_FOUND ? AGORA_OK : s;
}

enum agora_status event_prune(struct work *w)
{
    return DB_RUN0(w, QUERY_EVENT_PRUNE, NULL);
}

/* The payload of a notification is what agora.event_add() made: the event with its account. */
static void pass_on_notice(struct event_listener *l, const char *payload)
{
    json_t *event = json_loads(payload, 0, NULL);
    int64_t id = json_integer_value(json_object_get(event, "id"));
    const char *kind = json_string_value(json_object_get(event, "kind"));
    const char *ref = json_string_value(json_object_get(event, "ref"));
    const char *account = json_string_value(json_object_get(event, "account"));

    if (account != NULL && kind != NULL) {
        char text[256];
        int n = snprintf(text, sizeof text, "{\"id\": %" PRId64 ", \"kind\": \"%s\"", id, kind);
        if (ref != NULL)
            n += snprintf(text + n, sizeof text - (size_t)n, ", \"ref\": \"%s\"", ref);
        snprintf(text + n, sizeof text - (size_t)n, "}");
        l->sink(l->to, account, id, kind, text);
        if (id > l->last)
            l->last = id;
    }
    json_decref(event);
}

static enum agora_status find_newest(struct event_listener *l, struct work *w)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN0(w, QUERY_EVENT_NEWEST, &rows);

    if (s == AGORA_OK)
        l->last = db_int64(rows, 0, 0);
    return s;
}

/* Pass on what was written while nobody listened. */
static enum agora_status catch_up(struct event_listener *l, struct work *w)
{
    struct db_result *rows;
    char after[24];

    if (l->last < 0)
        return find_newest(l, w);
    snprintf(after, sizeof after, "%" PRId64, l->last > OVERLAP ? l->last - OVERLAP : 0);
    enum agora_status s = DB_RUN(w, QUERY_EVENT_AFTER, &rows, after);
    for (size_t i = 0; s == AGORA_OK && i < db_rows(rows); i++) {
        int64_t id = db_int64(rows, i, 0);
        l->sink(l->to, db_text(rows, i, 1), id, db_text(rows, i, 2), db_text(rows, i, 3));
        if (id > l->last)
            l->last = id;
    }
    return s;
}

/* One look at the table, as a piece of work of its own. @return whether we are still behind */
static bool look(struct event_listener *l, struct db *db)
{
    struct work w;
    enum agora_status s = work_begin(&w, NULL, db, l->config);

    w.reading = true;
    if (s == AGORA_OK)
        s = catch_up(l, &w);
    work_end(&w);
    return s != AGORA_OK;
}

static void listen_until_stopped(struct event_listener *l, struct work *w)
{
    struct db_notice *notice = talloc(w->mem, struct db_notice);
    enum db_waited waited = DB_RECONNECTED;
    bool behind = true;

    if (notice == NULL)
        return;
    if (db_listen(w, "agora_event") != AGORA_OK)
        log_event(LOG_WARNING, "events_wait_for_database", w, NULL);
    while (waited != DB_WOKEN) {
        if (behind || waited == DB_RECONNECTED)
            behind = look(l, w->db);
        waited = db_wait(w, behind ? AGAIN_MS : WAIT_MS, (const int[]){l->wake_fd, -1}, notice);
        if (waited == DB_NOTIFIED)
            pass_on_notice(l, notice->payload);
    }
}

static void *run(void *cls)
{
    struct event_listener *l = cls;
    struct work w;

    if (work_begin(&w, NULL, NULL, l->config) != AGORA_OK)
        return NULL;
    if (db_open(w.mem, l->config, &w.db) == AGORA_OK)
        listen_until_stopped(l, &w);
    work_end(&w);
    return NULL;
}

enum agora_status event_listen(void *mem, const struct config *config, event_sink sink, void *to,
                               struct event_listener **out)
{
    struct event_listener *l = talloc_zero(mem, struct event_listener);

    if (l == NULL)
        return AGORA_INTERNAL;
    l->config = config;
    l->sink = sink;
    l->to = to;
    l->last = -1;
    l->wake_fd = eventfd(0, EFD_CLOEXEC);
    if (l->wake_fd < 0 || pthread_create(&l->thread, NULL, run, l) != 0) {
        if (l->wake_fd >= 0)
            close(l->wake_fd);
        talloc_free(l);
        return AGORA_INTERNAL;
    }
    *out = l;
    return AGORA_OK;
}

void event_listen_stop(struct event_listener *l)
{
    if (l == NULL)
        return;
    eventfd_write(l->wake_fd, 1);
    pthread_join(l->thread, NULL);
    close(l->wake_fd);
    talloc_free(l);
}
