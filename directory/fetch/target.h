/* A URL taken apart once, by libcurl's own parser, and held against the order: so that what was
 * checked is what is asked. */
#ifndef AGORA_FETCH_TARGET_H
#define AGORA_FETCH_TARGET_H

#include <curl/curl.h>

#include "directory/fetch/address.h"
#include "directory/fetch/order.h"
#include "directory/fetch/refusal.h"

struct target {
    CURLU *url;
    char *host; /* curl_free */
    unsigned port;
    struct address_rules rules; /* where this host may be */
};

/**
 * Check a URL.
 *
 * @param order the rules
 * @param url   text
 * @param[out] out to be freed with target_free(), whatever is returned
 * @return FETCH_BROUGHT when it may be asked; FETCH_URL, FETCH_HOST
 */
enum fetch_refusal target_read(const struct order *order, const char *url, struct target *out);

void target_free(struct target *t);

#endif
