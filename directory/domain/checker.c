/* Looks at what is due to be looked at: one watch at a time, claimed in a short transaction, looked
 * at outside of any, settled in a second one. A crash in between lets the lease run out, and it is
 * looked at once more. Files of lists that wait to be read are read here too, since both take
 * time. While nothing is due it sleeps on NOTIFY. */
#include <talloc.h>

#include "directory/base/log.h"
#include "directory/db/db.h"
#include "directory/db/listen.h"
#include "directory/domain/connector.h"
#include "directory/domain/duty.h"
#include "directory/domain/roster.h"

#define LEASE_S "60" /* seconds a look is ours: more than a fetch takes */

enum { DATABASE_AWAY_MS = 500 };

static enum agora_status claim(struct work *w, struct connector_look *look, bool *found)
{
    struct db_result *row;
    enum agora_status s = DB_RUN(w, QUERY_CHECK_CLAIM, &row, LEASE_S);

    *found = s == AGORA_OK && db_rows(row) > 0;
    if (*found)
        *look = (struct connector_look){
            .id = db_text(row, 0, 0),
            .kind = db_text(row, 0, 1),
            .settings = db_text(row, 0, 2),
            .target = db_text(row, 0, 3),
            .token = db_text(row, 0, 4),
            .handles = db_text(row, 0, 5),
            .claims = db_text(row, 0, 6),
        };
    return s;
}

/* Look at the next one that is due. @param[out] found whether there was one */
static enum agora_status look_one(struct duty *duty, bool *found)
{
    struct work w;
    struct connector_look look;
    enum agora_status s = work_begin(&w, NULL, duty->db, duty->config);

    *found = false;
    if (s == AGORA_OK)
        s = claim(&w, &look, found);
    if (*found) {
        struct connector_found out;
        connector_run(&w, &look, &out);
        log_event(LOG_INFO, "check_done", &w, "watch", look.id, "kind", look.kind, "outcome",
                  out.outcome, NULL);
        s = DB_RUN(&w, QUERY_CHECK_SETTLE, NULL, look.id, out.outcome, out.name, out.status,
                   out.sentence);
    }
    if (s != AGORA_OK)
        log_event(LOG_WARNING, "checker_database", &w, "text", w.error.text, "detail",
                  w.error.detail, NULL);
    work_end(&w);
    return s;
}

/* Read the next file that waits. */
static enum agora_status read_one(struct duty *duty, bool *found)
{
    struct work w;
    enum agora_status s = work_begin(&w, NULL, duty->db, duty->config);

    *found = false;
    if (s == AGORA_OK)
        s = roster_read_next(&w, found);
    if (s != AGORA_OK)
        log_event(LOG_WARNING, "roster_not_read", &w, "text", w.error.text, "detail",
                  w.error.detail, NULL);
    work_end(&w);
    return s;
}

static void wait_for_work(struct duty *duty, struct work *ears, struct db_notice *notice)
{
    struct work w;
    struct db_result *row;
    int ms = DATABASE_AWAY_MS;
    const int fds[] = {duty->stop_fd, -1};

    if (work_begin(&w, NULL, duty->db, duty->config) == AGORA_OK) {
        w.reading = true;
        if (DB_RUN0(&w, QUERY_CHECK_WAIT, &row) == AGORA_OK)
            ms = (int)db_int64(row, 0, 0);
    }
    work_end(&w);
    db_wait(ears, ms, fds, notice);
}

void checker_run(struct duty *duty)
{
    struct work ears;

    if (work_begin(&ears, NULL, duty->db, duty->config) != AGORA_OK)
        return;
    struct db_notice *notice = talloc(ears.mem, struct db_notice);
    if (notice != NULL && db_listen(&ears, "agora_checks") != AGORA_OK)
        log_event(LOG_WARNING, "worker_waits_for_database", &ears, NULL);
    while (notice != NULL && !duty_over(duty)) {
        bool looked = false, read = false;
        enum agora_status s = look_one(duty, &looked);
        if (s == AGORA_OK && !looked)
            s = read_one(duty, &read);
        if (s != AGORA_OK)
            duty_sleep(duty, DATABASE_AWAY_MS);
        else if (!looked && !read)
            wait_for_work(duty, &ears, notice);
    }
    work_end(&ears);
}
