/* An answer, as a handler fills it. Nothing is sent before the handler has returned AGORA_OK; texts
 * are not copied and must live as long as the request (rq->work.mem) or for ever. */
#ifndef AGORA_HTTP_RESPONSE_H
#define AGORA_HTTP_RESPONSE_H

#include <stdint.h>

#include "directory/http/request.h"

struct hub;

/**
 * Answer with JSON, as PostgreSQL made it.
 *
 * @param rs     answer
 * @param status HTTP status: 200, 201, 202
 * @param text   JSON, UTF-8, owned by the request or static
 * @return AGORA_OK, so that a handler can end with it
 */
enum agora_status response_json(struct response *rs, unsigned status, const char *text);

/** Answer without a body: 204, or 202. @return AGORA_OK */
enum agora_status response_empty(struct response *rs, unsigned status);

/** Answer with octets of any type. @return AGORA_OK */
enum agora_status response_bytes(struct response *rs, unsigned status, const char *type,
                                 const void *data, size_t len);

/**
 * Answer with an HTML page of the service itself (consent, errors for browsers).
 *
 * @param html page, UTF-8; whatever came from outside must be escaped: see html_escape()
 * @param csp  Content-Security-Policy instead of the usual one, or NULL
 * @return AGORA_OK
 */
enum agora_status response_html(struct response *rs, unsigned status, const char *html,
                                const char *csp);

/** Send the browser elsewhere: 303 after a POST, 302 for OpenID Connect. @return AGORA_OK */
enum agora_status response_redirect(struct response *rs, unsigned status, const char *url);

/** Add a header. A name or value with a control character is a bug and becomes 500. */
void response_header(struct response *rs, const char *name, const char *value);

/** Set another Content-Security-Policy than the usual one; the text must be static. */
void response_csp(struct response *rs, const char *csp);

/** Set ETag from a version (without quotes). A GET with the same If-None-Match becomes 304. */
void response_etag(struct response *rs, const char *version);

/** Let the answer be kept: Cache-Control instead of the usual no-store. */
void response_cache(struct response *rs, const char *cache_control);

/**
 * Set the session cookie, or remove it.
 *
 * @param rs      answer
 * @param token   secret of the session (base64url), or NULL to sign out
 * @param seconds how long the browser keeps it; 0 until it closes
 */
void response_session(struct response *rs, const char *token, int64_t seconds);

/**
 * Set another cookie: HttpOnly, SameSite=Lax, path /, Secure as the session's.
 *
 * @param name    without the __Host- prefix, which is added where possible
 * @param value   cookie octets only (base64url is safe); NULL to remove it
 * @param seconds how long; 0 until the browser closes
 */
void response_cookie(struct response *rs, const char *name, const char *value, int64_t seconds);

/**
 * Answer with a stream of server-sent events for an account, until the browser leaves or its
 * session must be looked at again (ten minutes; browsers come back by themselves).
 *
 * Events count from this call on: read what was missed before only after it, so that none falls
 * between the two.
 *
 * @param rs      answer
 * @param hub     rq->hub
 * @param account whose events, UUID as text
 * @return AGORA_OK; AGORA_UNAVAILABLE when no stream can be opened
 */
enum agora_status response_events(struct response *rs, struct hub *hub,
                                  const char *account) AGORA_CHECKED;

/**
 * Put what was missed in front of a stream's events.
 *
 * @param rs   answer with a stream
 * @param text event-stream text ("id: 7\ndata: {…}\n\n…"), or NULL for none
 * @return AGORA_OK; AGORA_INTERNAL without memory
 */
enum agora_status response_events_missed(struct response *rs, const char *text) AGORA_CHECKED;

/** Text made safe for HTML, also inside quoted attributes; owned by @a mem; NULL without memory. */
char *html_escape(const void *mem, const char *text);

#endif
