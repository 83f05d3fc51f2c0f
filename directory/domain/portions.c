/* The threads take portions from a counter; the caller's thread waits and tells how far it is. */
#include "directory/domain/portions.h"

#include <pthread.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "directory/db/db.h"

struct gang {
    const struct portions *p;
    const struct config *config;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint64_t next, done;
    unsigned running;
    enum agora_status s;
    struct error error;
};

static bool take(struct gang *g, uint64_t *from, uint64_t *to)
{
    pthread_mutex_lock(&g->lock);
    bool more = g->s == AGORA_OK && g->next < g->p->total;
    *from = g->next;
    *to = g->p->total - g->next > g->p->size ? g->next + g->p->size : g->p->total;
    if (more)
        g->next = *to;
    pthread_mutex_unlock(&g->lock);
    return more;
}

static void hand_in(struct gang *g, enum agora_status s, const struct error *e, uint64_t n)
{
    pthread_mutex_lock(&g->lock);
    if (s == AGORA_OK)
        g->done += n;
    else if (g->s == AGORA_OK) {
        g->s = s;
        g->error = *e;
    }
    pthread_mutex_unlock(&g->lock);
}

static void carry_out(struct gang *g, struct db *db, uint64_t from, uint64_t to)
{
    struct work w;
    enum agora_status s = work_begin(&w, NULL, db, g->config);

    if (s == AGORA_OK)
        s = g->p->run(&w, g->p->cls, from, to);
    hand_in(g, s, &w.error, to - from);
    work_end(&w);
}

static void *work_off(void *arg)
{
    struct gang *g = arg;
    void *mem = talloc_new(NULL);
    struct db *db = NULL;
    struct error e = {0};
    uint64_t from, to;
    enum agora_status s = mem != NULL ? db_open(mem, g->config, &db) : AGORA_INTERNAL;

    if (s != AGORA_OK)
        hand_in(g, error_set(&e, s, NULL, NULL), &e, 0);
    while (s == AGORA_OK && take(g, &from, &to))
        carry_out(g, db, from, to);
    talloc_free(mem);
    pthread_mutex_lock(&g->lock);
    g->running--;
    pthread_cond_signal(&g->moved);
    pthread_mutex_unlock(&g->lock);
    return NULL;
}

/* With the lock held, which is given up meanwhile: whoever is told may take their time. */
static void tell(struct gang *g)
{
    uint64_t done = g->done;

    if (g->p->tell == NULL)
        return;
    pthread_mutex_unlock(&g->lock);
    g->p->tell(g->p->cls, done, g->p->total);
    pthread_mutex_lock(&g->lock);
}

/* Until the threads are done, tell how far they are; then, how far they came: they may have been
 * done before they were looked at. */
static void watch(struct gang *g)
{
    pthread_mutex_lock(&g->lock);
    while (g->running > 0) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        pthread_cond_timedwait(&g->moved, &g->lock, &until);
        if (g->running > 0)
            tell(g);
    }
    tell(g);
    pthread_mutex_unlock(&g->lock);
}

static void start(struct gang *g, pthread_t thread[], unsigned *started)
{
    unsigned wanted = g->p->threads < PORTIONS_THREADS_MOST ? g->p->threads : PORTIONS_THREADS_MOST;

    while (*started < wanted) {
        pthread_mutex_lock(&g->lock);
        bool made = pthread_create(&thread[*started], NULL, work_off, g) == 0;
        g->running += made;
        pthread_mutex_unlock(&g->lock);
        if (!made)
            break;
        (*started)++;
    }
    if (*started == 0)
        g->s = error_set(&g->error, AGORA_INTERNAL, NULL, NULL);
}

enum agora_status portions_run(struct work *w, const struct portions *p)
{
    struct gang g = {.p = p, .config = w->config};
    pthread_t thread[PORTIONS_THREADS_MOST];
    unsigned started = 0;

    pthread_mutex_init(&g.lock, NULL);
    pthread_cond_init(&g.moved, NULL);
    start(&g, thread, &started);
    watch(&g);
    for (unsigned i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    pthread_cond_destroy(&g.moved);
    pthread_mutex_destroy(&g.lock);
    if (g.s != AGORA_OK)
        w->error = g.error;
    return g.s;
}

unsigned portions_threads(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n > PORTIONS_THREADS_MOST ? PORTIONS_THREADS_MOST : (unsigned)n;
}
