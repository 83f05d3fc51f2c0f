/* What the files of the server share. */
#ifndef AGORA_HTTP_SERVER_STATE_H
#define AGORA_HTTP_SERVER_STATE_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "directory/http/certificate.h"
#include "directory/http/connections.h"
#include "directory/http/metrics.h"
#include "directory/http/proxy.h"
#include "directory/http/queue.h"
#include "directory/http/rate.h"
#include "directory/http/server.h"
#include "directory/http/static.h"

struct http_server {
    const struct config *config;
    const struct http_hooks *hooks;
    struct MHD_Daemon *daemon;
    struct router *router;
    struct queue *queue;
    struct connections *connections;
    struct static_files *files; /* NULL without static_dir */
    struct proxies *proxies;
    struct rate *sign_in_rate;
    struct rate *public_rate;
    struct metrics *metrics;
    struct hub *hub;
    struct certificate *tls; /* NULL for plain HTTP */
    const char *metrics_token;
    pthread_t *workers;
    size_t workers_n;
    pthread_t timer;
    bool timer_runs;
    int timer_stop;        /* eventfd that ends the timer's thread */
    atomic_bool stopping;  /* answers close their connection */
    atomic_size_t in_hand; /* exchanges that are not finished */
};

#endif
