/* What agora-fetch is told to do, as lines on standard input: a word, a space, the rest.
 *
 *     get https://example.org/me      or      txt _agora.example.org
 *     dns 192.0.2.53:53               name servers instead of the system's, separated by commas
 *     host register.example.org:443   only such hosts and ports (a register's); may be repeated
 *     private register.example.org:443    such a host may be at a private address; may be repeated
 *     port 8443                       a port besides 443; may be repeated
 *     loopback yes                    loopback addresses may be connected to
 *     ca /etc/agora/test-ca.pem       trust these certificates instead of the system's
 *
 * Who writes it is agorad, from its configuration; only the first line comes from a member. */
#ifndef AGORA_FETCH_ORDER_H
#define AGORA_FETCH_ORDER_H

#include <stdbool.h>
#include <stddef.h>

enum { ORDER_MAX = 65536, ORDER_HOSTS_MAX = 64, ORDER_PORTS_MAX = 16, ORDER_URL_MAX = 2000 };

/* A host, and the port on it. */
struct order_host {
    const char *name; /* as written, to be compared without case */
    unsigned port;    /* 443 when none was written */
};

struct order {
    const char *get, *txt; /* one of them; the other NULL */
    const char *dns;       /* NULL: the system's */
    const char *ca;        /* NULL: the system's */
    struct order_host hosts[ORDER_HOSTS_MAX], privates[ORDER_HOSTS_MAX];
    size_t hosts_n, privates_n;
    unsigned ports[ORDER_PORTS_MAX];
    size_t ports_n;
    bool loopback;
};

/**
 * Read an order.
 *
 * @param text     the lines, ended by a NUL; is cut up, and owns what @a out points at
 * @param[out] out the order
 * @return false when a line is not one of the above, or there is not exactly one get or txt
 */
bool order_read(char *text, struct order *out);

/** Whether a host and port is one of a list. */
bool order_names(const struct order_host *list, size_t n, const char *host, unsigned port);

#endif
