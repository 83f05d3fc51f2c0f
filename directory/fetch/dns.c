/* c-ares, driven until its one question is answered. */
#include "directory/fetch/dns.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <ctype.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>

enum { TRY_MS = 1500, TRIES = 2, NAME_MAX_LEN = 253, LABEL_MAX = 63 };

struct dns {
    ares_channel channel;
};

/* One question under way. */
struct asking {
    bool done;
    int status;
    struct sockaddr_storage *addresses;
    size_t n;
    void (*take)(const char *text, size_t len);
};

int64_t fetch_now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool dns_begin(const char *servers, struct dns **out)
{
    char first_of[] = "b"; /* name servers alone, no files */
    struct ares_options o = {.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES,
                             .timeout = TRY_MS,
                             .tries = TRIES,
                             .lookups = first_of};
    struct dns *dns = calloc(1, sizeof *dns);

    if (dns == NULL || ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS ||
        ares_init_options(&dns->channel, &o,
                          ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                              ARES_OPT_LOOKUPS) != ARES_SUCCESS) {
        free(dns);
        return false;
    }
    if (servers != NULL && ares_set_servers_ports_csv(dns->channel, servers) != ARES_SUCCESS) {
        dns_end(dns);
        return false;
    }
    *out = dns;
    return true;
}

void dns_end(struct dns *dns)
{
    ares_destroy(dns->channel);
    ares_library_cleanup();
    free(dns);
}

static bool is_label(const char *label, size_t n, bool underscores)
{
    if (n == 0 || n > LABEL_MAX || label[0] == '-' || label[n - 1] == '-')
        return false;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)label[i]) && label[i] != '-' &&
            !(underscores && label[i] == '_'))
            return false;
    return true;
}

bool dns_is_name(const char *name, bool underscores)
{
    size_t labels = 0, n = 0;
    const char *last = name;

    if (strlen(name) > NAME_MAX_LEN)
        return false;
    for (const char *at = name;; at += n + 1) {
        n = strcspn(at, ".");
        if (!is_label(at, n, underscores))
            return false;
        last = at;
        labels++;
        if (at[n] == '\0')
            break;
    }
    return labels >= 2 && isalpha((unsigned char)last[0]);
}

/* Until the question is answered. @return false when the time is over */
static bool drive(struct dns *dns, const struct asking *q, int64_t deadline_ms)
{
    while (!q->done) {
        fd_set in, out;
        int64_t left = deadline_ms - fetch_now_ms();
        if (left <= 0)
            return false;
        struct timeval most = {left / 1000, left % 1000 * 1000}, room;
        FD_ZERO(&in);
        FD_ZERO(&out);
        int n = ares_fds(dns->channel, &in, &out);
        select(n, &in, &out, NULL, ares_timeout(dns->channel, &most, &room));
        ares_process(dns->channel, &in, &out);
    }
    return true;
}

/* What is left of a question that will not be answered must not call back into a frame that is
 * gone. */
static enum fetch_refusal late(struct dns *dns)
{
    ares_cancel(dns->channel);
    return FETCH_TIME;
}

static void take_addresses(void *data, int status, int timeouts, struct ares_addrinfo *found)
{
    struct asking *q = data;

    (void)timeouts;
    q->done = true;
    q->status = status;
    if (found == NULL)
        return;
    for (struct ares_addrinfo_node *a = found->nodes; a != NULL; a = a->ai_next)
        if (q->n < DNS_ADDRESSES_MAX && a->ai_addrlen <= sizeof q->addresses[0])
            memcpy(&q->addresses[q->n++], a->ai_addr, a->ai_addrlen);
    ares_freeaddrinfo(found);
}

enum fetch_refusal dns_addresses(struct dns *dns, const char *host, int64_t deadline_ms,
                                 struct sockaddr_storage out[DNS_ADDRESSES_MAX], size_t *n)
{
    const struct ares_addrinfo_hints hints = {
        .ai_flags = ARES_AI_NOSORT, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct asking q = {.addresses = out};

    ares_getaddrinfo(dns->channel, host, NULL, &hints, take_addresses, &q);
    if (!drive(dns, &q, deadline_ms))
        return late(dns);
    *n = q.n;
    if (q.status == ARES_SUCCESS && q.n > 0)
        return FETCH_BROUGHT;
    return q.status == ARES_SUCCESS || q.status == ARES_ENODATA || q.status == ARES_ENOTFOUND
               ? FETCH_NAME
               : FETCH_DNS;
}

/* A record's strings follow each other; the first of a record says so. */
static void hand_on(const struct asking *q, const struct ares_txt_ext *t)
{
    char text[DNS_TEXT_MAX];
    size_t len = 0, records = 0;

    for (; t != NULL && records < DNS_TEXTS_MAX; t = t->next) {
        size_t room = sizeof text - len, part = t->length < room ? t->length : room;
        memcpy(text + len, t->txt, part);
        len += part;
        if (t->next == NULL || t->next->record_start) {
            q->take(text, len);
            len = 0;
            records++;
        }
    }
}

static void take_texts(void *data, int status, int timeouts, unsigned char *answer, int len)
{
    struct asking *q = data;
    struct ares_txt_ext *texts = NULL;

    (void)timeouts;
    q->done = true;
    q->status = status;
    if (status != ARES_SUCCESS)
        return;
    q->status = ares_parse_txt_reply_ext(answer, len, &texts);
    if (q->status == ARES_SUCCESS)
        hand_on(q, texts);
    ares_free_data(texts);
}

enum fetch_refusal dns_texts(struct dns *dns, const char *name, int64_t deadline_ms,
                             void (*take)(const char *text, size_t len))
{
    struct asking q = {.take = take};

    ares_query(dns->channel, name, ns_c_in, ns_t_txt, take_texts, &q);
    if (!drive(dns, &q, deadline_ms))
        return late(dns);
    return q.status == ARES_SUCCESS || q.status == ARES_ENODATA || q.status == ARES_ENOTFOUND
               ? FETCH_BROUGHT
               : FETCH_DNS;
}
