/* Goes out to the web and to the DNS, by the program agora-fetch, the only one that may. Addresses
 * come from members, so each is taken for an attempt to reach something inside: https only, public
 * addresses only, checked against the address that is really connected to. */
#ifndef AGORA_DOMAIN_FETCH_H
#define AGORA_DOMAIN_FETCH_H

#include <stddef.h>

#include "directory/base/work.h"

/* What a web server answered. All texts are UTF-8 or octets as they came, owned by w->mem. */
struct fetched {
    unsigned status;          /* HTTP status: 200, 404 ... */
    const char *url;          /* where the answer came from, after redirects within the host */
    const char *address;      /* the address that was connected to, as text */
    const char *content_type; /* as the server said; "" when it did not */
    const char *body;         /* octets, a NUL after the last; may hold NULs */
    size_t body_len;          /* octets, without that NUL */
};

enum {
    FETCH_SECONDS = 5,           /* for the whole, redirects included */
    FETCH_BODY_MAX = 256 * 1024, /* octets of a body */
    FETCH_HEAD_MAX = 32 * 1024,  /* octets of all header lines of an answer */
    FETCH_REDIRECTS_MAX = 3,     /* all within the host */
    FETCH_URL_MAX = 2000,        /* octets of a URL */
    FETCH_TEXTS_MAX = 64,        /* TXT records of a name */
    FETCH_TEXT_MAX = 4096        /* octets of a TXT record, its strings joined */
};

/**
 * Read a page that a member named: https, port 443, public addresses only.
 *
 * @param w        work; what is returned hangs on w->mem
 * @param url      URL as the member gave it
 * @param[out] out what the server answered, whatever its status
 * @return AGORA_OK; AGORA_INVALID_FIELD (no pointer) when the URL, or where it leads, is not
 * allowed; AGORA_UNAVAILABLE when there was no whole answer in time: no such name, no connection, a
 *         certificate that is not good, a body or head that is too long; text says which, for a
 * person
 */
enum agora_status fetch_get(struct work *w, const char *url, struct fetched *out) AGORA_CHECKED;

/**
 * Read a page of a register that the organisation named: as fetch_get(), but only from a host (and
 * port) of [fetch] register_hosts; a host of [fetch] private_hosts may be at a private address.
 *
 * @return as fetch_get(); AGORA_INVALID_FIELD also for a host that is not named
 */
enum agora_status fetch_register(struct work *w, const char *url,
                                 struct fetched *out) AGORA_CHECKED;

/**
 * Read the TXT records of a name.
 *
 * @param w          work; what is returned hangs on w->mem
 * @param domain     name as it is asked for: "_agora.example.org"; ASCII (punycode), no dot at the
 * end
 * @param[out] texts each record as one text, its strings joined; octets that are not printable
 * ASCII are replaced by '?'
 * @param[out] n     how many; 0 when the name has none or does not exist
 * @return AGORA_OK; AGORA_INVALID_FIELD (no pointer) when it is not a domain name;
 *         AGORA_UNAVAILABLE when no name server answered in time
 */
enum agora_status fetch_txt(struct work *w, const char *domain, char ***texts,
                            size_t *n) AGORA_CHECKED;

/**
 * Whether the keys of [fetch] go together: what is for tests alone is refused where others can
 * reach the instance.
 *
 * @param config configuration
 * @param e      filled on failure: which key, and why
 * @return AGORA_OK or AGORA_INVALID_FIELD
 */
enum agora_status fetch_check_config(const struct config *config, struct error *e) AGORA_CHECKED;

#endif
