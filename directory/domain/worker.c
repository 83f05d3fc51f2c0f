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

enum { DUTIES = 4, DUTIES_OF_TMTP = 2 };

struct hand {
    struct duty duty;
    duty_run run;
    pthread_t thread;
};

struct worker {
    struct hand hands[DUTIES];
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

enum agora_status worker_start(void *mem, const struct config *config, struct worker **out,
                               struct error *e)
{
    static const duty_run duties[DUTIES] = {mail_courier_run, keeper_run, tmtp_courier_run,
                                            tmtp_follower_run};
    struct worker *worker = talloc_zero(mem, struct worker);
    bool tmtp = config->tmtp_admin_url[0] != '\0';
    enum agora_status s = AGORA_OK;

    if (worker == NULL || (worker->stop_fd = eventfd(0, EFD_CLOEXEC)) < 0) {
        talloc_free(worker);
        return error_detail(e, AGORA_INTERNAL, "worker: %s", strerror(errno));
    }
    if (!tmtp)
        log_event(LOG_NOTICE, "worker_without_tmtp", NULL, NULL);
    for (size_t i = 0; s == AGORA_OK && i < (tmtp ? DUTIES : DUTIES - DUTIES_OF_TMTP); i++)
        s = hire(worker, config, duties[i]);
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
