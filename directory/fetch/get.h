/* Reads one page over https, with the rules of the order. */
#ifndef AGORA_FETCH_GET_H
#define AGORA_FETCH_GET_H

#include "directory/fetch/dns.h"
#include "directory/fetch/order.h"
#include "directory/fetch/refusal.h"

enum {
    GET_SECONDS = 5, /* for the whole, redirects and names included */
    GET_BODY_MAX = 256 * 1024,
    GET_HEAD_MAX = 32 * 1024,
    GET_REDIRECTS_MAX = 3
};

/* Certificates to trust, PEM: read while files could still be read. */
struct get_trust {
    char *pem;
    size_t len;
};

struct got {
    long status;      /* HTTP */
    char *url;        /* malloc, as the rest */
    char address[64]; /* connected to */
    char *type;       /* Content-Type, "" when there was none */
    char *body;
    size_t body_len;
};

/**
 * Fetch order->get.
 *
 * @param order what, and the rules
 * @param dns   begun
 * @param trust certificates
 * @param[out] out what came; filled only when FETCH_BROUGHT is returned
 * @return FETCH_BROUGHT whatever the HTTP status; else why not
 */
enum fetch_refusal get_page(const struct order *order, struct dns *dns,
                            const struct get_trust *trust, struct got *out);

#endif
