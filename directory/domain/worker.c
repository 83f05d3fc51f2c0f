/* Starting and ending the worker's threads. They share nothing but the configuration and the
 * descriptor that tells them to end. */
#include "directory/domain/worker.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/log.h"
#include "directory/db/db.h"
#include "directory/domain/duty.h"
#include "directory/domain/tmtp_kind.h"

enum { DUTIES_MOST = 8 };

struct hand {
    struct duty duty;
    duty_run run;
    pthread_t thread;
};

struct worker {
    struct hand hands[DUTIES_MOST];
    size_t n;
    int stop_fd;
};

bool duty_over(const struct duty *duty)
{
    struct pollfd p = {.fd = duty->stop_fd, .events = POLLIN};

    return poll(&p, 1, 0) > 0;
}

void duty_sleep(const struct duty *duty, int ms)
{
    struct pollfd p = {.fd = duty->stop_fd, .events = POLLIN};

    poll(&p, 1, ms);
}

static void *work(void *cls)
{
    struct hand *hand = cls;

    hand->run(&hand->duty);
    return NULL;
}

static enum agora_status hire(struct worker *worker, const struct config *config, duty_run run)
{
    struct hand *hand = &worker->hands[worker->n];

    hand->run = run;
    hand->duty = (struct duty){.config = config, .stop_fd = worker->stop_fd};
    if (db_open(worker, config, &hand->duty.db) != AGORA_OK)
        return AGORA_INTERNAL;
    if (pthread_create(&hand->thread, NULL, work, hand) != 0)
        return AGORA_INTERNAL;
    worker->n++;
    return AGORA_OK;
}

static enum agora_status hire_all(struct worker *worker, const struct config *config)
{
    enum agora_status s = hire(worker, config, mail_courier_run);

    if (s == AGORA_OK)
        s = hire(worker, config, keeper_run);
    if (s == AGORA_OK)
        s = hire(worker, config, evidence_looker_run);
    if (s == AGORA_OK)
        s = hire(worker, config, simulator_run);
    if (s == AGORA_OK)
        s = hire(worker, config, checker_run);
    if (!tmtp_wanted(config)) {
        log_event(LOG_NOTICE, "worker_without_tmtp", NULL, NULL);
        return s;
    }
    if (s == AGORA_OK)
        s = hire(worker, config, tmtp_courier_run);
    /* Where members link themselves by a code, the courier's introducer hears of it. */
    if (s == AGORA_OK && !tmtp_capabilities(config)->links_by_code)
        s = hire(worker, config, tmtp_follower_run);
    if (s == AGORA_OK && tmtp_capabilities(config)->lists_contacts)
        s = hire(worker, config, tmtp_reconciler_run);
    return s;
}

enum agora_status worker_start(void *mem, const struct config *config, struct worker **out,
                               struct error *e)
{
    struct worker *worker = talloc_zero(mem, struct worker);

    if (worker == NULL || (worker->stop_fd = eventfd(0, EFD_CLOEXEC)) < 0) {
        talloc_free(worker);
        return error_detail(e, AGORA_INTERNAL, "worker: %s", strerror(errno));
    }
    enum agora_status s = hire_all(worker, config);
    if (s != AGORA_OK) {
        worker_stop(worker);
        return error_detail(e, s, "worker: no thread or no memory");
    }
    *out = worker;
    return AGORA_OK;
}

void worker_stop(struct worker *worker)
{
    if (worker == NULL)
        return;
    eventfd_write(worker->stop_fd, 1);
    for (size_t i = 0; i < worker->n; i++)
        pthread_join(worker->hands[i].thread, NULL);
    close(worker->stop_fd);
    talloc_free(worker);
}
