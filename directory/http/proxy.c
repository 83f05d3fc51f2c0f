/* X-Forwarded-For is a list that every proxy appends to: read from its end, it can be believed as
 * long as the address before was appended by one of ours. */
#include "directory/http/proxy.h"

#include <arpa/inet.h>
#include <string.h>
#include <talloc.h>

enum { PROXIES_MAX = 32 };

struct proxies {
    int n;
    const char *addresses[PROXIES_MAX];
};

struct proxies *proxies_make(void *mem, const char *addresses)
{
    struct proxies *p = talloc_zero(mem, struct proxies);
    char *rest = p != NULL ? talloc_strdup(p, addresses) : NULL, *one;

    if (rest == NULL)
        return NULL;
    while ((one = strsep(&rest, " ")) != NULL)
        if (*one != '\0' && p->n < PROXIES_MAX)
            p->addresses[p->n++] = one;
    return p;
}

bool proxies_trust(const struct proxies *p, const char *peer)
{
    for (int i = 0; i < p->n; i++)
        if (strcmp(p->addresses[i], peer) == 0)
            return true;
    return false;
}

static bool is_address(const char *text)
{
    unsigned char out[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, text, out) == 1 || inet_pton(AF_INET6, text, out) == 1;
}

const char *proxies_client(const struct proxies *p, void *mem, const char *peer,
                           const char *forwarded)
{
    if (forwarded == NULL || !proxies_trust(p, peer))
        return peer;
    char *list = talloc_strdup(mem, forwarded), *comma;
    const char *client = peer;

    while (list != NULL && proxies_trust(p, client)) {
        comma = strrchr(list, ',');
        const char *last = comma != NULL ? comma + 1 : list;
        last += strspn(last, " \t");
        if (!is_address(last))
            break;
        client = last;
        if (comma == NULL)
            break;
        *comma = '\0';
    }
    return client;
}
