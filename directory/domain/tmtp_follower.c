/* Follows the durable log of the TMTP server by long polling. Each page is taken in one transaction
 * with the cursor, so that a crash repeats it or not, but never loses it. That the server answers
 * again after it was away is also the sign to try again what waits for it. */
#include <stdlib.h>
#include <talloc.h>

#include "directory/base/log.h"
#include "directory/domain/duty.h"
#include "directory/domain/outbox.h"
#include "directory/domain/tmtp_account.h"
#include "directory/domain/tmtp_link.h"
#include "tmtp-link/client/backoff.h"

/* Short polls, since nothing but their end can stop the thread. */
enum { TIMEOUT_MS = 4000, POLL_S = 2, PAGE = 500, FIRST_PAUSE_MS = 500, LONGEST_PAUSE_MS = 8000 };

struct follower {
    struct duty *duty;
    struct admin *admin;
    bool away; /* the server did not answer the last time, or was not asked yet */
    struct backoff backoff;
};

static void note_away(struct follower *f, struct tmtp_error *error)
{
    if (!f->away || f->backoff.failures == 0) {
        tmtp_link_hide_uids(error->text);
        log_event(LOG_ERR, "tmtp_server_away", NULL, "detail", error->text, NULL);
    }
    f->away = true;
    backoff_failed(&f->backoff);
    duty_sleep(f->duty, backoff_left_ms(&f->backoff));
}

static enum agora_status note_back(struct follower *f, struct work *w)
{
    if (!f->away)
        return AGORA_OK;
    enum agora_status s = outbox_wake(w);
    if (s == AGORA_OK) {
        log_event(LOG_NOTICE, "tmtp_server_answers", w, NULL);
        f->away = false;
        backoff_reset(&f->backoff);
    }
    return s;
}

static enum agora_status take(struct work *w, int64_t after, const struct admin_events *page)
{
    bool taken;

    if (page->next == after)
        return AGORA_OK;
    char *made = json_dumps(json_object_get(page->json, "events"), JSON_COMPACT);
    if (made == NULL)
        return work_out_of_memory(w);
    enum agora_status s = tmtp_account_take(w, after, page->next, made, &taken);
    free(made);
    return s;
}

/* Ask for what happened since the cursor, and take it. */
static enum agora_status follow(struct follower *f, struct work *w)
{
    struct tmtp_error error = {0};
    struct admin_events page;
    enum tmtp_result result = TMTP_OK;
    int64_t after;
    enum agora_status s = tmtp_account_cursor(w, &after);

    if (s != AGORA_OK)
        return s;
    if (f->admin == NULL)
        result = tmtp_link_open(w->config, TIMEOUT_MS, &f->admin, &error);
    if (result == TMTP_OK)
        result = admin_events(f->admin, after, f->away ? 0 : POLL_S, PAGE, &page, &error);
    if (result != TMTP_OK) {
        note_away(f, &error);
        return AGORA_OK;
    }
    s = note_back(f, w);
    if (s == AGORA_OK)
        s = take(w, after, &page);
    admin_events_free(&page);
    return s;
}

void tmtp_follower_run(struct duty *duty)
{
    struct follower f = {
        .duty = duty,
        .away = true,
        .backoff = {.first_ms = FIRST_PAUSE_MS, .longest_ms = LONGEST_PAUSE_MS},
    };

    while (!duty_over(duty)) {
        struct work w;
        enum agora_status s = work_begin(&w, NULL, duty->db, duty->config);
        if (s == AGORA_OK)
            s = follow(&f, &w);
        if (s != AGORA_OK) {
            log_event(LOG_WARNING, "tmtp_events_database", &w, "text", w.error.text, "detail",
                      w.error.detail, NULL);
            duty_sleep(duty, FIRST_PAUSE_MS);
        }
        work_end(&w);
    }
    admin_close(f.admin);
}
