/* https alone, a host by its name, no user, a port that is allowed. */
#include "directory/fetch/target.h"

#include <stdlib.h>
#include <string.h>

#include "directory/fetch/dns.h"

/* No control octets, blanks or octets beyond ASCII, which parsers read differently. */
static bool is_plain(const char *url)
{
    for (; *url != '\0'; url++)
        if (*url <= ' ' || *url > '~' || *url == '\\')
            return false;
    return true;
}

static bool has(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    bool is = curl_url_get(url, part, &text, 0) == CURLUE_OK;

    curl_free(text);
    return is;
}

static bool is_https(CURLU *url)
{
    char *scheme = NULL;
    bool is = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
              strcmp(scheme, "https") == 0;

    curl_free(scheme);
    return is;
}

static unsigned port_of(CURLU *url)
{
    char *text = NULL;
    unsigned port = 0;

    if (curl_url_get(url, CURLUPART_PORT, &text, CURLU_DEFAULT_PORT) == CURLUE_OK)
        port = (unsigned)strtoul(text, NULL, 10);
    curl_free(text);
    return port;
}

static bool port_allowed(const struct order *o, unsigned port)
{
    for (size_t i = 0; i < o->ports_n; i++)
        if (o->ports[i] == port)
            return true;
    return port == 443;
}

enum fetch_refusal target_read(const struct order *order, const char *url, struct target *out)
{
    *out = (struct target){.url = curl_url()};
    /* "https://" in full: libcurl would also read https:/x and guess. */
    if (out->url == NULL || !is_plain(url) || strncasecmp(url, "https://", 8) != 0 ||
        curl_url_set(out->url, CURLUPART_URL, url, CURLU_DISALLOW_USER) != CURLUE_OK ||
        !is_https(out->url) || has(out->url, CURLUPART_USER) || has(out->url, CURLUPART_PASSWORD) ||
        curl_url_get(out->url, CURLUPART_HOST, &out->host, 0) != CURLUE_OK ||
        !dns_is_name(out->host, false))
        return FETCH_URL;
    (void)curl_url_set(out->url, CURLUPART_FRAGMENT, NULL, 0);
    out->port = port_of(out->url);
    if (order->hosts_n > 0 && !order_names(order->hosts, order->hosts_n, out->host, out->port))
        return FETCH_HOST;
    if (order->hosts_n == 0 && !port_allowed(order, out->port))
        return FETCH_URL;
    out->rules.loopback = order->loopback;
    out->rules.private = order_names(order->privates, order->privates_n, out->host, out->port);
    return FETCH_BROUGHT;
}

void target_free(struct target *t)
{
    curl_free(t->host);
    curl_url_cleanup(t->url);
    *t = (struct target){0};
}
