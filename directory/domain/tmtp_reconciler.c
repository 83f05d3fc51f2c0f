/* Once an hour, and when it starts, the worker holds the ledger of contacts against the TMTP
 * server: what was granted and is missing there is granted again, what has ended and is there is
 * ended again, and what nobody knows of is ended. The log has an error for each, for none should
 * be: the server lost something, or somebody else changed it. Mending is queued like any other
 * work. */
#include <stdio.h>

#include "directory/base/clock.h"
#include "directory/base/log.h"
#include "directory/db/db.h"
#include "directory/domain/duty.h"
#include "directory/domain/tmtp_ledger.h"
#include "directory/domain/tmtp_stray.h"

enum { EVERY_S = 3600, AGAIN_S = 60, LOOK_AGAIN_MS = 5000, NAP_MS = 1000 };

static bool enough(void *cls)
{
    return duty_over(cls);
}

/* The database looks once more under its locks, and queues what is to be done. */
static enum agora_status mend(struct work *w, void *cls, const char *introduction, bool there)
{
    struct db_result *row;
    enum agora_status s =
        DB_RUN(w, QUERY_CONTACT_MEND, &row, introduction, there ? "true" : "false");

    (void)cls;
    if (s == AGORA_OK && db_bool(row, 0, 0))
        log_event(LOG_ERR, there ? "contact_not_ended" : "contact_missing", w, "introduction",
                  introduction, NULL);
    return s;
}

static enum agora_status look(struct duty *duty, struct work *w, int64_t *unknown)
{
    struct ledger_walk walk = {.differs = mend, .enough = enough, .cls = duty};
    enum agora_status s = tmtp_ledger_walk(w, &walk);

    *unknown = walk.total > walk.on_server ? walk.total - walk.on_server : 0;
    return s;
}

/* More contacts there than the ledger accounts for: looked for among the members, and ended. What
 * is left is between users of whom we know nothing, for the operator to look at. */
static enum agora_status end_unknown(struct duty *duty, struct work *w, int64_t unknown)
{
    char count[24];
    int64_t ended = 0;
    enum agora_status s = tmtp_stray_end(w, enough, duty, &ended);

    if (s == AGORA_OK && ended < unknown && !duty_over(duty)) {
        snprintf(count, sizeof count, "%lld", (long long)(unknown - ended));
        log_event(LOG_ERR, "contacts_unknown", w, "count", count, NULL);
    }
    return s;
}

static enum agora_status reconcile(struct duty *duty, struct work *w)
{
    int64_t unknown = 0;
    enum agora_status s = look(duty, w, &unknown);

    if (s == AGORA_OK && unknown > 0) {
        /* One that was granted while we looked is known the next time. */
        duty_sleep(duty, LOOK_AGAIN_MS);
        s = look(duty, w, &unknown);
    }
    if (s == AGORA_OK && unknown > 0)
        s = end_unknown(duty, w, unknown);
    return s;
}

void tmtp_reconciler_run(struct duty *duty)
{
    int64_t due_us = 0;

    while (!duty_over(duty)) {
        if (monotonic_us() >= due_us) {
            struct work w;
            enum agora_status s = work_begin(&w, NULL, duty->db, duty->config);
            if (s == AGORA_OK)
                s = reconcile(duty, &w);
            if (s != AGORA_OK)
                log_event(LOG_WARNING, "reconciliation_put_off", &w, "text", w.error.text, NULL);
            due_us = monotonic_us() + (s == AGORA_OK ? EVERY_S : AGAIN_S) * SECOND_US;
            work_end(&w);
        }
        duty_sleep(duty, NAP_MS);
    }
}
