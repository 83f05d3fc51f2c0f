/* Threads take portions off a list until there are none; what each found is added up under one
 * lock, once a portion. */
#include "directory/domain/simulation.h"

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "directory/base/clock.h"
#include "directory/db/db.h"
#include "directory/domain/score_policy.h"
#include "directory/domain/score_words.h"
#include "directory/domain/simulation_facts.h"
#include "directory/domain/sql_array.h"

enum { LEVELS = SCORE_TOP_LEVEL + 1, SAMPLE = 20, THREADS_MOST = 16, UUID_LEN = 36 };
#define PORTION "10000"

/* A member who would lose. */
struct loser {
    char case_id[UUID_LEN + 1];
    uint8_t before, after;
    struct score_case c; /* under the policy tried */
};

struct tally {
    int64_t members, lose, gain;
    int64_t moved[LEVELS][LEVELS];
    int64_t nist_lose, nist_gain, gpg45_lose, gpg45_gain;
    struct loser sample[SAMPLE];
    size_t sampled;
};

struct simulation {
    struct work *w;
    struct score_policy *held, *tried;
    int32_t today;
    struct db_result *portions;
    int64_t total;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    /* Under the lock: */
    size_t next;
    unsigned running;
    bool ended; /* by the ear, or by a failure */
    enum agora_status s;
    struct error error;
    struct tally tally;
};

static void add_loser(struct tally *t, const char *case_id, const struct score_result *before,
                      const struct score_result *after, const struct score_case *c)
{
    t->lose++;
    if (t->sampled == SAMPLE)
        return;
    struct loser *l = &t->sample[t->sampled++];
    snprintf(l->case_id, sizeof l->case_id, "%s", case_id);
    l->before = before->level;
    l->after = after->level;
    l->c = *c;
}

/* One member, under both policies. They lose what was granted, when the policy that holds gives it.
 */
static void score_member(const struct simulation *sim, struct db_result *rows, size_t row,
                         struct tally *t)
{
    struct score_case c;
    struct score_result before, after;
    struct simulation_facts facts = {.flags = (int)db_int64(rows, row, 2),
                                     .duplicates = (uint32_t)db_int64(rows, row, 3),
                                     .items = db_text(rows, row, 4),
                                     .today = sim->today};
    int64_t granted = db_int64(rows, row, 1);

    simulation_facts_read(sim->held, &facts, &c);
    score_evaluate(sim->held, &c, &before);
    simulation_facts_read(sim->tried, &facts, &c);
    score_evaluate(sim->tried, &c, &after);
    t->members++;
    t->moved[before.level][after.level]++;
    if (after.level < before.level && after.level < granted)
        add_loser(t, db_text(rows, row, 0), &before, &after, &c);
    t->gain += after.level > before.level;
    t->nist_lose += after.ial < before.ial;
    t->nist_gain += after.ial > before.ial;
    t->gpg45_lose += after.gpg45 < before.gpg45;
    t->gpg45_gain += after.gpg45 > before.gpg45;
}

static void add_up(struct tally *sum, const struct tally *t)
{
    sum->members += t->members;
    sum->lose += t->lose;
    sum->gain += t->gain;
    sum->nist_lose += t->nist_lose;
    sum->nist_gain += t->nist_gain;
    sum->gpg45_lose += t->gpg45_lose;
    sum->gpg45_gain += t->gpg45_gain;
    for (size_t i = 0; i < LEVELS; i++) {
        for (size_t j = 0; j < LEVELS; j++)
            sum->moved[i][j] += t->moved[i][j];
    }
    for (size_t i = 0; i < t->sampled && sum->sampled < SAMPLE; i++)
        sum->sample[sum->sampled++] = t->sample[i];
}

static enum agora_status score_portion(struct simulation *sim, struct db *db, size_t portion,
                                       struct tally *t, struct error *e)
{
    struct work w;
    struct db_result *rows;
    enum agora_status s = work_begin(&w, NULL, db, sim->w->config);

    w.reading = true;
    if (s == AGORA_OK)
        s = DB_RUN(&w, QUERY_SIMULATION_FACTS, &rows, db_text(sim->portions, portion, 0),
                   db_text(sim->portions, portion, 1));
    for (size_t row = 0; s == AGORA_OK && row < db_rows(rows); row++)
        score_member(sim, rows, row, t);
    *e = w.error;
    work_end(&w);
    return s;
}

/* The next portion; false when there is none, or all is to end. */
static bool take(struct simulation *sim, size_t *portion)
{
    pthread_mutex_lock(&sim->lock);
    bool more = !sim->ended && sim->next < db_rows(sim->portions);
    if (more)
        *portion = sim->next++;
    pthread_mutex_unlock(&sim->lock);
    return more;
}

static void hand_in(struct simulation *sim, enum agora_status s, const struct error *e,
                    const struct tally *t)
{
    pthread_mutex_lock(&sim->lock);
    if (s == AGORA_OK && t != NULL) {
        add_up(&sim->tally, t);
    } else if (sim->s == AGORA_OK) {
        sim->s = s;
        sim->error = *e;
        sim->ended = true;
    }
    pthread_cond_signal(&sim->moved);
    pthread_mutex_unlock(&sim->lock);
}

static void *work_off(void *cls)
{
    struct simulation *sim = cls;
    void *mem = talloc_new(NULL);
    struct tally *t = talloc(mem, struct tally);
    struct db *db;
    struct error e = {0};
    size_t portion;

    if (t == NULL || db_open(mem, sim->w->config, &db) != AGORA_OK)
        hand_in(sim, error_set(&e, AGORA_INTERNAL, NULL, NULL), &e, NULL);
    else
        while (take(sim, &portion)) {
            memset(t, 0, sizeof *t);
            enum agora_status s = score_portion(sim, db, portion, t, &e);
            hand_in(sim, s, &e, t);
        }
    talloc_free(mem);
    pthread_mutex_lock(&sim->lock);
    sim->running--;
    pthread_cond_signal(&sim->moved);
    pthread_mutex_unlock(&sim->lock);
    return NULL;
}

/* Until the threads are done, tell how far they are. */
static void watch(struct simulation *sim, const struct simulation_ear *ear)
{
    pthread_mutex_lock(&sim->lock);
    while (sim->running > 0) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        pthread_cond_timedwait(&sim->moved, &sim->lock, &until);
        int64_t done = sim->tally.members;
        pthread_mutex_unlock(&sim->lock);
        bool go_on = ear->tell(ear->cls, done, sim->total);
        pthread_mutex_lock(&sim->lock);
        if (!go_on && !sim->ended) {
            sim->ended = true;
            sim->s = error_set(&sim->error, AGORA_CONFLICT, NULL, "The simulation was ended.");
        }
    }
    pthread_mutex_unlock(&sim->lock);
}

static enum agora_status run_threads(struct simulation *sim, unsigned threads,
                                     const struct simulation_ear *ear)
{
    pthread_t thread[THREADS_MOST];
    unsigned started = 0;

    pthread_mutex_init(&sim->lock, NULL);
    pthread_cond_init(&sim->moved, NULL);
    sim->running = threads < THREADS_MOST ? threads : THREADS_MOST;
    for (unsigned wanted = sim->running; started < wanted; started++) {
        if (pthread_create(&thread[started], NULL, work_off, sim) != 0)
            break;
    }
    if (started < sim->running) {
        pthread_mutex_lock(&sim->lock);
        sim->running -= (threads < THREADS_MOST ? threads : THREADS_MOST) - started;
        if (started == 0)
            sim->s = error_set(&sim->error, AGORA_INTERNAL, NULL, NULL);
        pthread_mutex_unlock(&sim->lock);
    }
    watch(sim, ear);
    for (unsigned i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    pthread_cond_destroy(&sim->moved);
    pthread_mutex_destroy(&sim->lock);
    if (sim->s != AGORA_OK)
        sim->w->error = sim->error;
    return sim->s;
}

static json_t *levels_json(const struct tally *t)
{
    json_t *list = json_array();

    for (int i = 0; i < LEVELS; i++) {
        for (int j = 0; j < LEVELS; j++) {
            if (t->moved[i][j] > 0)
                json_array_append_new(list, json_pack("{s:i, s:i, s:I}", "before", i, "after", j,
                                                      "count", (json_int_t)t->moved[i][j]));
        }
    }
    return list;
}

/* Those who would lose, by name, with what they would lack. */
static json_t *sample_json(const struct simulation *sim, const json_t *words, const json_t *names)
{
    json_t *list = json_array();

    for (size_t i = 0; i < sim->tally.sampled; i++) {
        const struct loser *l = &sim->tally.sample[i];
        const json_t *who = json_object_get(names, l->case_id);
        struct score_result r;
        score_evaluate(sim->tried, &l->c, &r);
        struct score_told t = {.policy = sim->tried, .c = &l->c, .r = &r, .words = words};
        if (who != NULL)
            json_array_append_new(list, json_pack("{s:O, s:O, s:i, s:i, s:o}", "handle",
                                                  json_object_get(who, "handle"), "shown_name",
                                                  json_object_get(who, "shown_name"), "before",
                                                  l->before, "after", l->after, "missing",
                                                  score_missing(&t, l->before)));
    }
    return list;
}

static enum agora_status tell_found(struct simulation *sim, const char **body)
{
    const struct tally *t = &sim->tally;
    struct sql_array cases;
    struct db_result *rows;
    const char *words_text;

    sql_array_begin(&cases);
    for (size_t i = 0; i < t->sampled; i++)
        sql_array_add(&cases, t->sample[i].case_id);
    char *array = sql_array_end(&cases, sim->w->mem);
    if (array == NULL)
        return work_out_of_memory(sim->w);
    enum agora_status s = DB_RUN(sim->w, QUERY_SIMULATION_MEMBERS, &rows, array);
    if (s == AGORA_OK)
        s = db_json(sim->w, QUERY_SCORE_WORDS, 0, NULL, &words_text);
    if (s != AGORA_OK)
        return s;
    json_t *names = json_loads(db_text(rows, 0, 0), 0, NULL);
    json_t *words = json_loads(words_text, 0, NULL);
    json_t *found =
        json_pack("{s:I, s:I, s:I, s:I, s:o, s:o, s:{s:{s:I, s:I}, s:{s:I, s:I}}}", "members",
                  (json_int_t)t->members, "uncounted", (json_int_t)db_int64(rows, 0, 1), "lose",
                  (json_int_t)t->lose, "gain", (json_int_t)t->gain, "levels", levels_json(t),
                  "sample", sample_json(sim, words, names), "frameworks", "nist_800_63A", "lose",
                  (json_int_t)t->nist_lose, "gain", (json_int_t)t->nist_gain, "uk_diatf", "lose",
                  (json_int_t)t->gpg45_lose, "gain", (json_int_t)t->gpg45_gain);
    char *text = found != NULL ? json_dumps(found, JSON_COMPACT) : NULL;
    *body = text != NULL ? talloc_strdup(sim->w->mem, text) : NULL;
    free(text);
    json_decref(found);
    json_decref(words);
    json_decref(names);
    return *body != NULL ? AGORA_OK : work_out_of_memory(sim->w);
}

enum agora_status simulation_run(struct work *w, const char *tried, unsigned threads,
                                 const struct simulation_ear *ear, const char **body)
{
    const char *held;
    struct simulation *sim = talloc_zero(w->mem, struct simulation);
    enum agora_status s = AGORA_OK;

    if (sim == NULL)
        return work_out_of_memory(w);
    sim->w = w;
    sim->today = (int32_t)(time(NULL) / (24L * 60 * 60));
    s = score_policy_read(w, tried, &sim->tried);
    if (s == AGORA_OK)
        s = db_json(w, QUERY_POLICY_PUBLISHED, 0, NULL, &held);
    if (s == AGORA_OK)
        s = score_policy_read(w, held, &sim->held);
    if (s == AGORA_OK)
        s = DB_RUN(w, QUERY_SIMULATION_PORTIONS, &sim->portions, PORTION);
    for (size_t i = 0; s == AGORA_OK && i < db_rows(sim->portions); i++)
        sim->total += db_int64(sim->portions, i, 2);
    if (s == AGORA_OK)
        s = run_threads(sim, threads, ear);
    return s == AGORA_OK ? tell_found(sim, body) : s;
}

enum agora_status simulation_policy(struct work *w, const char *number, const char **policy)
{
    return DB_JSON(w, QUERY_POLICY_NUMBERED, policy, number);
}
