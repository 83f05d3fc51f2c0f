/* Live updates: who has a stream open, and what to write into it. Any thread may publish; the HTTP
 * thread writes. A stream that reads too slowly is closed, and resumes by Last-Event-ID. */
#ifndef AGORA_HTTP_HUB_H
#define AGORA_HTTP_HUB_H

#include <stddef.h>
#include <stdint.h>

struct hub;

/**
 * Send an event to every stream of an account in this process.
 *
 * @param hub     hub, of http_hub() or rq->hub
 * @param account UUID as text, lower case
 * @param id      event id, grows; becomes the stream's `id:`
 * @param kind    name of the event (introduction, case …); becomes `event:`
 * @param text    one line of JSON; becomes `data:`
 */
void hub_publish(struct hub *hub, const char *account, int64_t id, const char *kind,
                 const char *text);

/** End every stream of an account: its session has ended, or its rights have changed. */
void hub_end(struct hub *hub, const char *account);

/** Streams open now. */
size_t hub_streams(struct hub *hub);

#endif
