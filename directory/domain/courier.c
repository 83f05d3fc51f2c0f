/* One row at a time: claim it in a short transaction, act outside of any, settle in a second one. A
 * crash in between leaves the lease to run out, and the row is carried out once more. While nothing
 * is due the courier sleeps on NOTIFY, for no longer than until the next row is due. */
#include "directory/domain/courier.h"

#include <string.h>
#include <talloc.h>

#include "directory/base/log.h"
#include "directory/db/listen.h"

enum { DATABASE_AWAY_MS = 500 };

static void log_outcome(const struct work *w, const struct outbox_item *item,
                        const struct courier_outcome *out)
{
    static const char *const events[] = {"outbox_done", "outbox_again", "outbox_failed",
                                         "outbox_gone"};
    static const int levels[] = {LOG_INFO, LOG_WARNING, LOG_ERR, LOG_INFO};

    log_event(levels[out->end], events[out->end], w, "outbox", item->id, "kind", item->kind,
              "attempts", LOG_NUMBER(item->attempts), "problem",
              *out->problem == '\0' ? NULL : out->problem, NULL);
}

static enum agora_status settle(struct work *w, const struct outbox_item *item,
                                const struct courier_outcome *out)
{
    if (out->end == COURIER_GONE)
        return AGORA_OK;
    if (out->end == COURIER_DONE)
        return outbox_settle(w, item->id, out->result);
    return outbox_fail(w, item->id, out->problem, out->end == COURIER_NEVER);
}

/* Carry out the next row. @param[out] found whether there was one */
static enum agora_status carry_one(struct duty *duty, const struct courier *courier, bool *found)
{
    struct work w;
    struct outbox_item item = {0};
    enum agora_status s = work_begin(&w, NULL, duty->db, duty->config);

    if (s == AGORA_OK)
        s = outbox_claim(&w, courier->kinds, courier->lease_s, &item);
    *found = s == AGORA_OK && item.id != NULL;
    if (*found) {
        struct courier_outcome out = {.end = COURIER_AGAIN};
        courier->act(courier->tools, &w, &item, &out);
        log_outcome(&w, &item, &out);
        /* Not settled is not lost: the lease runs out, and it is done again. */
        s = settle(&w, &item, &out);
    }
    if (s != AGORA_OK)
        log_event(LOG_WARNING, "outbox_database", &w, "text", w.error.text, "detail",
                  w.error.detail, NULL);
    work_end(&w);
    return s;
}

/* Sleep until something is due, is queued, has come from the other side, or the duty is to end. A
 * courier that cannot act now has its own say in how long. */
static void wait_for_work(struct duty *duty, const struct courier *courier, bool able,
                          struct work *ears, struct db_notice *notice)
{
    struct work w;
    int ms = DATABASE_AWAY_MS;
    const int fds[] = {duty->stop_fd, courier->fd != NULL ? courier->fd(courier->tools) : -1};
    int rest_ms = courier->rest != NULL ? courier->rest(courier->tools) : -1;

    if (work_begin(&w, NULL, duty->db, duty->config) == AGORA_OK) {
        w.reading = true;
        if (outbox_wait(&w, courier->kinds, &ms) != AGORA_OK)
            ms = DATABASE_AWAY_MS;
    }
    work_end(&w);
    if (rest_ms >= 0 && (rest_ms < ms || !able))
        ms = rest_ms;
    db_wait(ears, ms, fds, notice);
}

void courier_work(struct duty *duty, const struct courier *courier)
{
    struct work ears;

    if (work_begin(&ears, NULL, duty->db, duty->config) != AGORA_OK)
        return;
    struct db_notice *notice = talloc(ears.mem, struct db_notice);
    if (notice != NULL && db_listen(&ears, "agora_outbox") != AGORA_OK)
        log_event(LOG_WARNING, "worker_waits_for_database", &ears, NULL);
    while (notice != NULL && !duty_over(duty)) {
        bool able = courier->attend == NULL || courier->attend(courier->tools), found = false;
        enum agora_status s = able ? carry_one(duty, courier, &found) : AGORA_OK;
        if (s != AGORA_OK)
            duty_sleep(duty, DATABASE_AWAY_MS);
        else if (!found)
            wait_for_work(duty, courier, able, &ears, notice);
    }
    work_end(&ears);
}
