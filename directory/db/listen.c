/* LISTEN on a connection that comes back by itself. Whoever waits is told when the connection was
 * lost meanwhile, since notifications sent in between are gone: they look at the tables then. */
#include "directory/db/listen.h"

#include <poll.h>
#include <stdio.h>

#include "directory/base/clock.h"
#include "directory/db/connection.h"

enum agora_status db_listen(struct work *w, const char *channel)
{
    struct db *db = w->db;
    char sql[128];

    if (db->channels_n == DB_CHANNELS)
        return error_detail(&w->error, AGORA_INTERNAL, "too many channels");
    bool fresh = !connection_alive(db);
    db->channels[db->channels_n++] = channel;
    enum agora_status s = connection_ready(w);
    if (s != AGORA_OK || fresh)
        return s;
    snprintf(sql, sizeof sql, "listen %s", channel);
    PGresult *r = connection_exec(db, sql);
    if (r == NULL || PQresultStatus(r) != PGRES_COMMAND_OK)
        s = failure_of(w, r);
    PQclear(r);
    return s;
}

static bool take_notice(struct db *db, struct db_notice *notice)
{
    PGnotify *n = PQnotifies(db->conn);

    if (n == NULL)
        return false;
    snprintf(notice->channel, sizeof notice->channel, "%s", n->relname);
    snprintf(notice->payload, sizeof notice->payload, "%s", n->extra);
    PQfreemem(n);
    return true;
}

/* Sleep on up to three descriptors (-1 is none). @return whether one of the last two ended it */
static bool sleep_on(int fd, const int wake_fds[2], int64_t ms)
{
    struct pollfd p[3] = {{.fd = fd, .events = POLLIN},
                          {.fd = wake_fds[0], .events = POLLIN},
                          {.fd = wake_fds[1], .events = POLLIN}};

    return poll(p, 3, ms > 0 ? (int)ms : 0) > 0 && (p[1].revents != 0 || p[2].revents != 0);
}

static enum db_waited wait_for_return(struct work *w, int timeout_ms, const int wake_fds[2])
{
    if (connection_ready(w) == AGORA_OK)
        return DB_RECONNECTED;
    int64_t ms = (w->db->retry_us - monotonic_us()) / 1000 + 1;
    if (ms > timeout_ms)
        ms = timeout_ms;
    return sleep_on(-1, wake_fds, ms) ? DB_WOKEN : DB_AWAY;
}

enum db_waited db_wait(struct work *w, int timeout_ms, const int wake_fds[2],
                       struct db_notice *notice)
{
    struct db *db = w->db;
    int64_t deadline_us = monotonic_us() + (int64_t)timeout_ms * 1000;

    for (;;) {
        if (!connection_alive(db))
            return wait_for_return(w, timeout_ms, wake_fds);
        if (take_notice(db, notice))
            return DB_NOTIFIED;
        int64_t left_ms = (deadline_us - monotonic_us()) / 1000;
        if (left_ms <= 0)
            return DB_TIMEOUT;
        if (sleep_on(PQsocket(db->conn), wake_fds, left_ms))
            return DB_WOKEN;
    }
}
