/* One open stream of server-sent events, between the hub and libmicrohttpd. */
#ifndef AGORA_HTTP_SUBSCRIPTION_H
#define AGORA_HTTP_SUBSCRIPTION_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

#include "directory/http/hub.h"

struct subscription;

/** Make a hub without streams; freed with its talloc parent, when no stream is left. */
struct hub *hub_make(void *mem);

/**
 * Open a stream for an account, in any thread; it takes events from now on. The account's oldest
 * ends when it has too many.
 *
 * @param account UUID as text
 * @return stream; NULL when the hub is closed, or memory ran out
 */
struct subscription *hub_subscribe(struct hub *hub, const char *account);

/** Put text in front of what waits in a stream that is not being sent yet; false without memory. */
bool subscription_put_first(struct subscription *s, const char *text);

/**
 * The response that reads from a stream, which it owns from now on. On the HTTP thread.
 *
 * @return response, or NULL (the stream is gone then)
 */
struct MHD_Response *subscription_response(struct subscription *s, struct MHD_Connection *mhd);

/** Give up a stream that never became a response. */
void subscription_drop(struct subscription *s);

/** Write a comment into every stream, which finds out those whose browser has left; end the old
 * ones. */
void hub_beat(struct hub *hub);

/** End all streams and open none any more. */
void hub_close(struct hub *hub);

#endif
