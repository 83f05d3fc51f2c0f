/* The duty that carries out the simulations that admins ask for, one at a time. */
#include "directory/base/log.h"
#include "directory/db/db.h"
#include "directory/domain/duty.h"
#include "directory/domain/simulation.h"

#include <stdio.h>

enum { TICK_MS = 1000, THREADS = 2 };

struct teller {
    struct duty *duty;
    struct work *w;
    const char *id;
};

/* Also shows that this worker lives; a simulation is given up when the worker ends. */
static bool tell(void *cls, int64_t done, int64_t total)
{
    struct teller *t = cls;
    char is_done[24], of[24];

    snprintf(is_done, sizeof is_done, "%lld", (long long)done);
    snprintf(of, sizeof of, "%lld", (long long)total);
    enum agora_status s = DB_RUN(t->w, QUERY_POLICY_SIMULATION_TELL, NULL, t->id, is_done, of);
    return s == AGORA_OK && !duty_over(t->duty);
}

/* Simulate one; when this worker ends meanwhile, another takes it over after a minute. */
static enum agora_status simulate(struct duty *duty, struct work *w, const char *id,
                                  const char *policy)
{
    struct teller teller = {duty, w, id};
    const struct simulation_ear ear = {tell, &teller};
    const char *found = NULL;
    enum agora_status s = simulation_run(w, policy, THREADS, &ear, &found);

    if (s != AGORA_OK && duty_over(duty))
        return AGORA_OK;
    if (s != AGORA_OK)
        log_event(LOG_WARNING, "simulation_failed", w, "text", w->error.text, "detail",
                  w->error.detail, NULL);
    return DB_RUN(w, QUERY_POLICY_SIMULATION_END, NULL, id, s == AGORA_OK ? found : NULL);
}

static void look(struct duty *duty)
{
    struct work w;
    struct db_result *rows = NULL;
    enum agora_status s = work_begin(&w, NULL, duty->db, duty->config);

    if (s == AGORA_OK)
        s = DB_RUN0(&w, QUERY_POLICY_SIMULATION_TAKE, &rows);
    if (s == AGORA_OK && db_rows(rows) > 0)
        s = simulate(duty, &w, db_text(rows, 0, 0), db_text(rows, 0, 1));
    if (s != AGORA_OK)
        log_event(LOG_WARNING, "simulator_database", &w, "text", w.error.text, "detail",
                  w.error.detail, NULL);
    work_end(&w);
}

void simulator_run(struct duty *duty)
{
    while (!duty_over(duty)) {
        look(duty);
        duty_sleep(duty, TICK_MS);
    }
}
