/* Who really asks, when a proxy stands between: X-Forwarded-For and -Proto count from the proxies
 * that the configuration names, and from no one else. */
#ifndef AGORA_HTTP_PROXY_H
#define AGORA_HTTP_PROXY_H

#include <stdbool.h>

struct proxies;

/** Make the list of [http] trusted_proxies, addresses separated by spaces. NULL without memory. */
struct proxies *proxies_make(void *mem, const char *addresses);

/** Whether a peer is one of them. */
bool proxies_trust(const struct proxies *p, const char *peer);

/**
 * The client's address: the last one in X-Forwarded-For that is not a trusted proxy.
 *
 * @param mem       talloc parent
 * @param peer      address of the connection's other side
 * @param forwarded X-Forwarded-For, or NULL
 * @return address as text; @a peer when it is not trusted or says nothing
 */
const char *proxies_client(const struct proxies *p, void *mem, const char *peer,
                           const char *forwarded);

#endif
