/* What is due by the clock. Each chore is one statement that takes a bounded number of rows and
 * that any number of workers may run at once. */
#include "directory/base/clock.h"
#include "directory/base/log.h"
#include "directory/domain/audit_checkpoint.h"
#include "directory/domain/duty.h"
#include "directory/domain/event.h"
#include "directory/domain/evidence_retention.h"
#include "directory/domain/exposure.h"
#include "directory/domain/introduction.h"
#include "directory/domain/outbox.h"
#include "directory/domain/person_key.h"
#include "directory/domain/proof.h"
#include "directory/domain/recall.h"
#include "directory/domain/retention.h"
#include "directory/domain/saved.h"
#include "directory/domain/search.h"
#include "directory/domain/vcase_work.h"
#include "directory/domain/verification.h"
#include "directory/domain/vouch.h"

enum { TICK_MS = 1000, MINUTE = 60, HOUR = 60 * MINUTE };

/* Again until there are no more. */
static enum agora_status all_of(struct work *w, enum agora_status (*some)(struct work *, int64_t *))
{
    int64_t n = 1;
    enum agora_status s = AGORA_OK;

    while (s == AGORA_OK && n > 0)
        s = some(w, &n);
    return s;
}

/* Requests whose time is up, then those that somebody is to be reminded of. */
static enum agora_status introductions(struct work *w)
{
    enum agora_status s = all_of(w, introduction_lapse);

    return s == AGORA_OK ? all_of(w, introduction_remind) : s;
}

/* Recalls first of all: contacts wait to be ended. */
static enum agora_status recalls(struct work *w)
{
    return all_of(w, recall_step);
}

static enum agora_status verifications(struct work *w)
{
    return all_of(w, verification_by_clock);
}

static enum agora_status vouches(struct work *w)
{
    return all_of(w, vouch_by_clock);
}

static enum agora_status retention(struct work *w)
{
    return all_of(w, retention_by_clock);
}

/* Proofs and standing that have run out. */
static enum agora_status proofs(struct work *w)
{
    return all_of(w, proof_by_clock);
}

/* Search rows that others' changes have made old, until there are no more. */
static enum agora_status refresh(struct work *w)
{
    int done = 1;
    enum agora_status s = AGORA_OK;

    while (s == AGORA_OK && done > 0)
        s = search_refresh(w, &done);
    return s;
}

/* The next members of the daily pass: one batch, so that it keeps nothing else waiting. */
static enum agora_status qualities(struct work *w)
{
    int done;

    return search_daily(w, &done);
}

static enum agora_status saved_searches(struct work *w)
{
    return all_of(w, saved_sweep);
}

static enum agora_status evidence_due(struct work *w)
{
    return all_of(w, evidence_by_clock);
}

static enum agora_status evidence_leaving(struct work *w)
{
    return all_of(w, evidence_destroy);
}

/* Accounts and cases whose hashes are to be made, until there are no more. */
static enum agora_status person_keys(struct work *w)
{
    return all_of(w, person_key_some);
}

static const struct {
    int every_s;
    enum agora_status (*run)(struct work *w);
} chores[] = {
    {1, recalls},
    {2, refresh},
    {1, qualities},
    {10, exposure_flush},
    {MINUTE, introductions},
    {MINUTE, vcase_by_clock},
    {MINUTE, verifications},
    {MINUTE, vouches},
    {MINUTE, proofs},
    {10, person_keys},
    {MINUTE, audit_checkpoint_keep_up},
    {HOUR, retention},
    {10, saved_searches},
    {HOUR, saved_prune},
    {MINUTE, evidence_due},
    {2, evidence_leaving},
    {HOUR, event_prune},
    {HOUR, outbox_prune},
};

static void run_chore(struct duty *duty, enum agora_status (*chore)(struct work *w))
{
    struct work w;
    enum agora_status s = work_begin(&w, NULL, duty->db, duty->config);

    if (s == AGORA_OK)
        s = chore(&w);
    if (s != AGORA_OK)
        log_event(LOG_WARNING, "keeper_database", &w, "text", w.error.text, "detail",
                  w.error.detail, NULL);
    work_end(&w);
}

void keeper_run(struct duty *duty)
{
    int64_t due_us[sizeof chores / sizeof chores[0]] = {0};

    while (!duty_over(duty)) {
        for (size_t i = 0; i < sizeof chores / sizeof chores[0]; i++) {
            if (monotonic_us() < due_us[i])
                continue;
            run_chore(duty, chores[i].run);
            due_us[i] = monotonic_us() + chores[i].every_s * SECOND_US;
        }
        duty_sleep(duty, TICK_MS);
    }
}
