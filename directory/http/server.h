/* The HTTP server: one libmicrohttpd thread that reads and writes, worker threads that carry
 * requests out. What it must know of the directory comes in through hooks. See docs/design.md,
 * "Processes and threads". */
#ifndef AGORA_HTTP_SERVER_H
#define AGORA_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "directory/base/config.h"
#include "directory/base/viewer.h"
#include "directory/base/work.h"
#include "directory/http/hub.h"
#include "directory/http/route.h"

struct http_server;

/* What the framework asks of the directory. All run on worker threads, with that thread's work. */
struct http_hooks {
    /** Open the thread's database connection (db_open); NULL for a server without database. */
    enum agora_status (*thread_begin)(void *mem, const struct config *config, struct db **db);

    /**
     * Who the session token belongs to. @a viewer stays nobody when the token is unknown or has
     * expired, which is no error. Anything but AGORA_OK (the database is away) answers the request.
     */
    enum agora_status (*authenticate)(struct work *w, const char *session_token,
                                      struct viewer *viewer);

    /**
     * Open a transaction and claim an Idempotency-Key in it. When the key has an answer already,
     * @a status is its HTTP status and @a answer, @a etag its parts, and no transaction is open.
     */
    enum agora_status (*idempotency_begin)(struct work *w, const char *account, const char *route,
                                           const char *key, const char *body_hash, unsigned *status,
                                           const char **answer, const char **etag);

    /** Keep the answer under the key and commit. */
    enum agora_status (*idempotency_finish)(struct work *w, const char *account, const char *route,
                                            const char *key, unsigned status, const char *answer,
                                            const char *etag);

    /** Undo the transaction of idempotency_begin(), the claim included. */
    void (*idempotency_abandon)(struct work *w);
};

/**
 * Start serving.
 *
 * @param mem      talloc parent
 * @param config   [http] and [agora]; must outlive the server
 * @param routes   table; must outlive the server
 * @param n        its rows
 * @param hooks    see above; must outlive the server
 * @param[out] out server
 * @param e        filled on failure
 * @return AGORA_OK; AGORA_INVALID_FIELD for a bad address, certificate or table; AGORA_UNAVAILABLE
 *         when the address is taken
 */
enum agora_status http_start(void *mem, const struct config *config, const struct route routes[],
                             size_t n, const struct http_hooks *hooks, struct http_server **out,
                             struct error *e) AGORA_CHECKED;

/** What the server has done, in the Prometheus text format; owned by @a mem, NULL without memory.
 */
const char *http_metrics(struct http_server *server, void *mem);

/**
 * The browser app's page as it is installed, for answers that are made of it.
 *
 * @param[out] len octets
 * @return its text, which lives as long as the server; NULL when there is no app
 */
const char *http_page(const struct http_server *server, size_t *len);

/** The hub of this server, for those who publish. */
struct hub *http_hub(struct http_server *server);

/** Read the certificate and key again; keeps the old ones when that fails. */
enum agora_status http_reload(struct http_server *server, struct error *e) AGORA_CHECKED;

/**
 * Stop: no new connections, what is in hand is finished, streams end, all within ten seconds.
 * The server is freed with its talloc parent.
 */
void http_stop(struct http_server *server);

#endif
