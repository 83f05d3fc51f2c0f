/*
 * Orders and URLs of any octets: what is let through is https, to a host by its name, on a port
 * that the order allows.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "directory/fetch/dns.h"
#include "directory/fetch/order.h"
#include "directory/fetch/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool port_is_allowed(const struct order *o, const struct target *t)
{
    if (o->hosts_n > 0)
        return order_names(o->hosts, o->hosts_n, t->host, t->port);
    for (size_t i = 0; i < o->ports_n; i++)
        if (o->ports[i] == t->port)
            return true;
    return t->port == 443;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct order order;
    struct target t;
    char *text = malloc(size + 1), *url = NULL;

    must(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    if (order_read(text, &order) && order.get != NULL) {
        if (target_read(&order, order.get, &t) == FETCH_BROUGHT) {
            must(dns_is_name(t.host, false) && port_is_allowed(&order, &t));
            must(t.rules.loopback == order.loopback);
            must(curl_url_get(t.url, CURLUPART_URL, &url, 0) == CURLUE_OK);
            must(strncmp(url, "https://", 8) == 0 &&
                 strncasecmp(url + 8, t.host, strlen(t.host)) == 0);
            curl_free(url);
        }
        target_free(&t);
    }
    free(text);
    return 0;
}
