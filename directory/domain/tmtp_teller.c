/* A thread is posted once: it carries the row's id, comes back to the introducer when the server
 * has stored it, and settles its row before it leaves the queue there. Who has read that queue to
 * the end, and holds the only link to it, knows from the row whether the thread was posted.
 *
 * A ping, too, leaves the queue only when what it means is in the database. */
#include "directory/domain/tmtp_teller.h"

#include <string.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/base/log.h"
#include "directory/domain/outbox.h"
#include "directory/domain/tmtp_account.h"
#include "directory/domain/tmtp_link.h"
#include "tmtp-link/client/backoff.h"

enum {
    TIMEOUT_MS = 4000,
    IDLE_MS = 3000,
    STEADY_MS = 30000, /* a link that has stood for so long was no failure */
    FIRST_PAUSE_MS = 500,
    LONGEST_PAUSE_MS = 30000
};

struct teller {
    const struct duty *duty;
    bool stays;
    struct introducer *introducer; /* NULL unless it was needed lately */
    int64_t used_us;               /* monotonic: when it posted last */
    int64_t up_us;                 /* monotonic: since when it is logged in, 0 for not */
    struct backoff backoff;        /* of one that stays */
    bool said_away;                /* in the log */
};

struct teller *teller_new(void *mem, const struct duty *duty)
{
    struct teller *t = talloc_zero(mem, struct teller);

    if (t == NULL)
        return NULL;
    t->duty = duty;
    t->stays = tmtp_capabilities(duty->config)->links_by_code;
    t->backoff = (struct backoff){.first_ms = FIRST_PAUSE_MS, .longest_ms = LONGEST_PAUSE_MS};
    return t;
}

const char *teller_told(void *mem, const struct session_receipt *receipt)
{
    return talloc_asprintf(mem, "{\"thread\": \"%s\", \"posted\": \"%s\"}", receipt->msgid,
                           receipt->posted);
}

/* --- what comes ---------------------------------------------------------------------------- */

/* A thread is in the introducer's queue: its row is done, if that was not known. */
static bool came_back(void *user, const char *ref, const struct session_receipt *receipt)
{
    const struct teller *t = user;
    struct work w;
    enum agora_status s = work_begin(&w, NULL, t->duty->db, t->duty->config);

    if (s == AGORA_OK)
        s = outbox_settle(&w, ref, teller_told(w.mem, receipt));
    if (s != AGORA_OK)
        log_event(LOG_WARNING, "outbox_database", &w, "outbox", ref, "text", w.error.text, "detail",
                  w.error.detail, NULL);
    work_end(&w);
    return s == AGORA_OK;
}

static void log_ping(const struct work *w, enum tmtp_ping_end end)
{
    static const struct {
        int level;
        const char *event;
    } events[] = {
        [TMTP_PING_LINKED] = {LOG_INFO, "tmtp_linked"},
        [TMTP_PING_REFUSED] = {LOG_INFO, "tmtp_ping_refused"},
        [TMTP_PING_IGNORED] = {LOG_DEBUG, "tmtp_ping_ignored"},
        [TMTP_PING_TAKEN] = {LOG_ERR, "tmtp_ping_of_another_person"},
    };

    log_event(events[end].level, events[end].event, w, NULL);
}

/* One that the database can make nothing of is not kept for ever: only one that it could not be
 * asked about. */
static bool pinged(void *user, const struct introducer_ping *ping)
{
    const struct teller *t = user;
    struct work w;
    enum tmtp_ping_end end = TMTP_PING_REFUSED;
    enum agora_status s = work_begin(&w, NULL, t->duty->db, t->duty->config);

    if (s == AGORA_OK)
        s = tmtp_account_pinged(&w, ping->uid, ping->alias, ping->text, &end);
    if (s == AGORA_OK)
        log_ping(&w, end);
    else
        log_event(LOG_WARNING, "tmtp_ping_database", &w, "text", w.error.text, NULL);
    work_end(&w);
    return s != AGORA_UNAVAILABLE && s != AGORA_UNCERTAIN;
}

/* --- being logged in ----------------------------------------------------------------------- */

/* On a server without an admin interface the page tells members whom to ping. */
static enum tmtp_result check_alias(const struct teller *t, struct tmtp_error *error)
{
    const char *wanted = tmtp_introducer(t->duty->config);
    const char *alias = introducer_alias(t->introducer);

    if (wanted == NULL || strcmp(wanted, alias) == 0)
        return TMTP_OK;
    return tmtp_fail(error, TMTP_LOCAL,
                     "the introducer goes by '%s', not by introducer_alias: run agoractl "
                     "introducer register",
                     alias);
}

static enum tmtp_result open_introducer(struct teller *t, struct tmtp_error *error)
{
    const struct introducer_options options = {
        .credentials_path = t->duty->config->tmtp_introducer_credentials,
        .server = t->duty->config->tmtp_server,
        .timeout_ms = TIMEOUT_MS,
        .came_back = came_back,
        .pinged = t->stays ? pinged : NULL,
        .user = t,
    };
    enum tmtp_result result = introducer_open(&options, &t->introducer, error);

    if (result == TMTP_OK)
        result = check_alias(t, error);
    if (result != TMTP_OK) {
        introducer_close(t->introducer);
        t->introducer = NULL;
    }
    return result;
}

enum tmtp_result teller_ready(struct teller *t, struct tmtp_error *error)
{
    enum tmtp_result result = TMTP_OK;

    t->used_us = monotonic_us();
    if (t->introducer == NULL)
        result = open_introducer(t, error);
    return result == TMTP_OK ? introducer_ready(t->introducer, error) : result;
}

static void note_away(struct teller *t, struct tmtp_error *error)
{
    if (!t->said_away) {
        tmtp_link_hide_uids(error->text);
        log_event(LOG_ERR, "tmtp_introducer_away", NULL, "detail", error->text, NULL);
    }
    t->said_away = true;
    t->up_us = 0;
    backoff_failed(&t->backoff);
}

/* What waits for the server is tried again now. */
static void note_back(struct teller *t)
{
    struct work w;
    enum agora_status s = work_begin(&w, NULL, t->duty->db, t->duty->config);

    if (s == AGORA_OK)
        s = outbox_wake(&w);
    if (s == AGORA_OK) {
        log_event(LOG_NOTICE, "tmtp_introducer_listens", &w, NULL);
        t->said_away = false;
        t->up_us = monotonic_us();
    }
    work_end(&w);
}

bool teller_attend(struct teller *t)
{
    struct tmtp_error error = {0};

    if (!t->stays)
        return true;
    if (t->up_us == 0 && backoff_left_ms(&t->backoff) > 0)
        return false;
    if (teller_ready(t, &error) != TMTP_OK) {
        note_away(t, &error);
        return false;
    }
    if (t->up_us == 0)
        note_back(t);
    else if (monotonic_us() - t->up_us > STEADY_MS * (int64_t)1000)
        backoff_reset(&t->backoff);
    return true;
}

enum tmtp_result teller_post(struct teller *t, const struct inner_person members[2],
                             const char *subject, const char *body, const char *ref,
                             struct session_receipt *receipt, struct tmtp_error *error)
{
    enum tmtp_result result =
        introducer_post(t->introducer, members, subject, body, ref, receipt, error);

    t->used_us = monotonic_us();
    return result;
}

int teller_fd(const struct teller *t)
{
    return t->stays && t->introducer != NULL ? introducer_fd(t->introducer) : -1;
}

static int leave_when_idle(struct teller *t)
{
    int64_t idle_ms = (monotonic_us() - t->used_us) / 1000;

    if (t->introducer == NULL)
        return -1;
    if (idle_ms < IDLE_MS)
        return (int)(IDLE_MS - idle_ms);
    introducer_close(t->introducer);
    t->introducer = NULL;
    return -1;
}

int teller_rest(struct teller *t)
{
    if (!t->stays)
        return leave_when_idle(t);
    return t->up_us == 0 ? backoff_left_ms(&t->backoff) : introducer_due_ms(t->introducer);
}

void teller_close(struct teller *t)
{
    if (t == NULL)
        return;
    introducer_close(t->introducer);
    talloc_free(t);
}
