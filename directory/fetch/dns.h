/* Questions to the name servers, by c-ares: none of glibc's resolver modules is loaded, /etc/hosts
 * is not read, and the server can be named. */
#ifndef AGORA_FETCH_DNS_H
#define AGORA_FETCH_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "directory/fetch/refusal.h"

enum { DNS_ADDRESSES_MAX = 16, DNS_TEXTS_MAX = 64, DNS_TEXT_MAX = 4096 };

struct dns;

/**
 * Begin: reads the system's list of name servers. To be called before files are closed.
 *
 * @param servers ADDRESS[:PORT], separated by commas; NULL for the system's
 * @param[out] out to be freed with dns_end()
 * @return false when the list is wrong or memory ran out
 */
bool dns_begin(const char *servers, struct dns **out);

void dns_end(struct dns *dns);

/**
 * Whether a text is a name of a host: two labels or more of letters, digits and hyphens, the last
 * of which does not begin with a digit, so that no form of an IP address is one.
 *
 * @param underscores allow them too, as names of TXT records have
 */
bool dns_is_name(const char *name, bool underscores);

/**
 * The addresses of a host.
 *
 * @param dns      begun
 * @param host     its name
 * @param deadline_ms when to give up, as fetch_now_ms() counts
 * @param[out] out addresses, IPv4 and IPv6
 * @param[out] n   how many, at least one
 * @return FETCH_BROUGHT, FETCH_NAME when it has none, FETCH_DNS, FETCH_TIME
 */
enum fetch_refusal dns_addresses(struct dns *dns, const char *host, int64_t deadline_ms,
                                 struct sockaddr_storage out[DNS_ADDRESSES_MAX], size_t *n);

/**
 * The TXT records of a name, each handed on as it was put together from its strings.
 *
 * @param take called with each; not more than DNS_TEXTS_MAX times
 * @return FETCH_BROUGHT, also when it has none; FETCH_DNS, FETCH_TIME
 */
enum fetch_refusal dns_texts(struct dns *dns, const char *name, int64_t deadline_ms,
                             void (*take)(const char *text, size_t len));

/** Milliseconds since some fixed moment. */
int64_t fetch_now_ms(void);

#endif
