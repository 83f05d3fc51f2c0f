/* Events: what browsers should look at again. They are written by the acts they tell of; here they
 * are replayed to a browser that comes back, and passed on as they happen by a thread that listens
 * to PostgreSQL. */
#ifndef AGORA_DOMAIN_EVENT_H
#define AGORA_DOMAIN_EVENT_H

#include <stdint.h>

#include "directory/base/config.h"
#include "directory/base/work.h"

/**
 * What an account missed, and what has happened in the last seconds, as event-stream text.
 *
 * @param after    Last-Event-ID as the browser sent it; NULL when it has just begun
 * @param[out] out text owned by w->mem: the events, or one `reset` when they are too many or
 *                 forgotten; NULL when there is nothing to send
 */
enum agora_status event_replay(struct work *w, const char *account, const char *after,
                               const char **out) AGORA_CHECKED;

/** Forget events older than a day. */
enum agora_status event_prune(struct work *w) AGORA_CHECKED;

/**
 * Passes an event on to whoever has the streams; called from the listener's thread.
 *
 * @param to      as given to event_listen()
 * @param account UUID as text
 * @param id      event id
 * @param kind    introduction, case, queue, tmtp
 * @param text    one line of JSON
 */
typedef void (*event_sink)(void *to, const char *account, int64_t id, const char *kind,
                           const char *text);

struct event_listener;

/**
 * Start the thread that listens, on a database connection of its own. What happens while that is
 * lost is read from the table when it is back.
 *
 * @param mem    talloc parent; event_listen_stop() comes before it is freed
 * @param config must outlive the listener
 * @param sink   gets each event of every account
 * @param to     handed to @a sink
 * @param[out] out listener
 * @return AGORA_OK; AGORA_INTERNAL when a thread cannot be had
 */
enum agora_status event_listen(void *mem, const struct config *config, event_sink sink, void *to,
                               struct event_listener **out) AGORA_CHECKED;

/** Stop the thread and free the listener; NULL will do. */
void event_listen_stop(struct event_listener *listener);

#endif
