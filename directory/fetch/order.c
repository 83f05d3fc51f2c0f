/* Lines into an order; anything that is not understood refuses the whole. */
#include "directory/fetch/order.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool read_port(const char *text, unsigned *out)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    if (text[0] < '0' || text[0] > '9' || *end != '\0' || n == 0 || n > 65535)
        return false;
    *out = (unsigned)n;
    return true;
}

static bool add_host(struct order_host *list, size_t *n, char *text)
{
    unsigned port = 443;
    char *colon = strchr(text, ':');

    if (*n == ORDER_HOSTS_MAX || text[0] == '\0' || (colon != NULL && !read_port(colon + 1, &port)))
        return false;
    if (colon != NULL)
        *colon = '\0';
    list[(*n)++] = (struct order_host){text, port};
    return true;
}

static bool add_port(struct order *o, const char *text)
{
    return o->ports_n < ORDER_PORTS_MAX && read_port(text, &o->ports[o->ports_n++]);
}

static bool set_once(const char **to, const char *text)
{
    bool first = *to == NULL && text[0] != '\0';

    *to = text;
    return first;
}

static bool take(struct order *o, const char *word, char *rest)
{
    if (strcmp(word, "get") == 0)
        return set_once(&o->get, rest) && strlen(rest) <= ORDER_URL_MAX;
    if (strcmp(word, "txt") == 0)
        return set_once(&o->txt, rest);
    if (strcmp(word, "dns") == 0)
        return set_once(&o->dns, rest);
    if (strcmp(word, "ca") == 0)
        return set_once(&o->ca, rest);
    if (strcmp(word, "host") == 0)
        return add_host(o->hosts, &o->hosts_n, rest);
    if (strcmp(word, "private") == 0)
        return add_host(o->privates, &o->privates_n, rest);
    if (strcmp(word, "port") == 0)
        return add_port(o, rest);
    o->loopback = strcmp(word, "loopback") == 0 && strcmp(rest, "yes") == 0;
    return o->loopback;
}

bool order_read(char *text, struct order *out)
{
    struct order o = {0};
    char *line;

    while ((line = strsep(&text, "\n")) != NULL) {
        char *rest = strchr(line, ' ');
        if (line[0] == '\0')
            continue;
        if (rest == NULL)
            return false;
        *rest = '\0';
        if (!take(&o, line, rest + 1))
            return false;
    }
    if ((o.get == NULL) == (o.txt == NULL))
        return false;
    *out = o;
    return true;
}

bool order_names(const struct order_host *list, size_t n, const char *host, unsigned port)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].port == port && strcasecmp(list[i].name, host) == 0)
            return true;
    return false;
}
