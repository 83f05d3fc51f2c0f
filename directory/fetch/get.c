/* One page by libcurl. The name is looked up once for each request, by us; libcurl gets the
 * addresses and asks nobody. The socket is made only for an address that may be connected to, at
 * the moment it is connected: what a name pointed at earlier or later is of no matter. */
#include "directory/fetch/get.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "directory/fetch/address.h"
#include "directory/fetch/target.h"

enum { CONNECT_MS = 3000, RESOLVE_TEXT = 1024 };

/* One request under way. */
struct request {
    const struct target *target;
    char *body;
    size_t body_len, head_len;
    bool body_long, head_long, barred;
};

static curl_socket_t open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct request *rq = data;
    uint16_t port;

    /* sin_port and sin6_port are at the same place. */
    memcpy(&port, (const char *)&a->addr + offsetof(struct sockaddr_in, sin_port), sizeof port);
    if (purpose != CURLSOCKTYPE_IPCXN || !address_allowed(&a->addr, &rq->target->rules) ||
        ntohs(port) != rq->target->port) {
        rq->barred = true;
        return CURL_SOCKET_BAD;
    }
    return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static size_t take_body(char *data, size_t one, size_t n, void *to)
{
    struct request *rq = to;

    (void)one;
    if (n > GET_BODY_MAX - rq->body_len) {
        rq->body_long = true;
        return 0;
    }
    memcpy(rq->body + rq->body_len, data, n);
    rq->body_len += n;
    return n;
}

static size_t take_head(char *data, size_t one, size_t n, void *to)
{
    struct request *rq = to;

    (void)data;
    (void)one;
    rq->head_len += n;
    rq->head_long = rq->head_len > GET_HEAD_MAX;
    return rq->head_long ? 0 : n;
}

/* "host:port:address,address", of those addresses that may be connected to. NULL when there is
 * none. */
static struct curl_slist *resolved(const struct target *t, const struct sockaddr_storage *a,
                                   size_t n)
{
    char text[RESOLVE_TEXT];
    int len = snprintf(text, sizeof text, "%s:%u:", t->host, t->port);
    bool any = false;

    for (size_t i = 0; i < n && len > 0 && (size_t)len < sizeof text - 64; i++) {
        char one[INET6_ADDRSTRLEN];
        const void *octets = a[i].ss_family == AF_INET
                                 ? (const void *)&((const struct sockaddr_in *)&a[i])->sin_addr
                                 : (const void *)&((const struct sockaddr_in6 *)&a[i])->sin6_addr;
        if (!address_allowed((const struct sockaddr *)&a[i], &t->rules) ||
            inet_ntop(a[i].ss_family, octets, one, sizeof one) == NULL)
            continue;
        len += snprintf(text + len, sizeof text - (size_t)len,
                        a[i].ss_family == AF_INET ? "%s%s" : "%s[%s]", any ? "," : "", one);
        any = true;
    }
    return any ? curl_slist_append(NULL, text) : NULL;
}

static bool set_up(CURL *c, struct request *rq, const struct get_trust *trust,
                   struct curl_slist *addresses, long left_ms)
{
    struct curl_blob ca = {.data = trust->pem, .len = trust->len, .flags = CURL_BLOB_NOCOPY};
    CURLcode rc = CURLE_OK;

#define SET(option, value) (rc = rc != CURLE_OK ? rc : curl_easy_setopt(c, option, value))
    SET(CURLOPT_CURLU, rq->target->url);
    SET(CURLOPT_PROTOCOLS_STR, "https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_RESOLVE, addresses);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, rq);
    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, rq);
    SET(CURLOPT_HEADERFUNCTION, take_head);
    SET(CURLOPT_HEADERDATA, rq);
    SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)GET_BODY_MAX);
    SET(CURLOPT_CAINFO_BLOB, &ca);
    SET(CURLOPT_CAPATH, NULL);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_FORBID_REUSE, 1L);
    SET(CURLOPT_TIMEOUT_MS, left_ms);
    SET(CURLOPT_CONNECTTIMEOUT_MS, left_ms < CONNECT_MS ? left_ms : (long)CONNECT_MS);
    SET(CURLOPT_USERAGENT, "Agora/" AGORA_VERSION);
#undef SET
    return rc == CURLE_OK;
}

static enum fetch_refusal meaning(CURLcode rc, const struct request *rq, bool late)
{
    if (rc == CURLE_OK)
        return FETCH_BROUGHT;
    if (rq->body_long || rc == CURLE_FILESIZE_EXCEEDED)
        return FETCH_BODY;
    if (rq->head_long)
        return FETCH_HEAD;
    if (rq->barred)
        return FETCH_ADDRESS;
    if (rc == CURLE_OPERATION_TIMEDOUT)
        return late ? FETCH_TIME : FETCH_CONNECT;
    if (rc == CURLE_COULDNT_CONNECT || rc == CURLE_COULDNT_RESOLVE_HOST)
        return FETCH_CONNECT;
    if (rc == CURLE_PEER_FAILED_VERIFICATION || rc == CURLE_SSL_CONNECT_ERROR)
        return FETCH_CERTIFICATE;
    return FETCH_ANSWER;
}

static void keep(CURL *c, struct request *rq, struct got *out)
{
    char *text = NULL;

    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &out->status);
    if (curl_easy_getinfo(c, CURLINFO_PRIMARY_IP, &text) == CURLE_OK && text != NULL)
        snprintf(out->address, sizeof out->address, "%s", text);
    text = NULL;
    curl_easy_getinfo(c, CURLINFO_CONTENT_TYPE, &text);
    out->type = strdup(text != NULL ? text : "");
    text = NULL;
    curl_easy_getinfo(c, CURLINFO_EFFECTIVE_URL, &text);
    out->url = strdup(text != NULL ? text : "");
    out->body = rq->body;
    out->body_len = rq->body_len;
}

/* @param[out] next where the answer sends on to, malloc; NULL when it does not */
static enum fetch_refusal perform(CURL *c, struct request *rq, int64_t deadline_ms, struct got *out,
                                  char **next)
{
    char *to = NULL;
    enum fetch_refusal end = meaning(curl_easy_perform(c), rq, fetch_now_ms() >= deadline_ms - 10);

    if (end != FETCH_BROUGHT)
        return end;
    if (curl_easy_getinfo(c, CURLINFO_REDIRECT_URL, &to) == CURLE_OK && to != NULL) {
        *next = strdup(to);
        return *next != NULL ? FETCH_BROUGHT : FETCH_ANSWER;
    }
    keep(c, rq, out);
    return out->type != NULL && out->url != NULL ? FETCH_BROUGHT : FETCH_ANSWER;
}

static enum fetch_refusal ask(const struct target *t, struct dns *dns,
                              const struct get_trust *trust, int64_t deadline_ms, struct got *out,
                              char **next)
{
    struct sockaddr_storage addresses[DNS_ADDRESSES_MAX];
    struct request rq = {.target = t, .body = malloc(GET_BODY_MAX)};
    struct curl_slist *list = NULL;
    CURL *c = curl_easy_init();
    size_t n = 0;
    enum fetch_refusal end = dns_addresses(dns, t->host, deadline_ms, addresses, &n);

    if (end == FETCH_BROUGHT && (list = resolved(t, addresses, n)) == NULL)
        end = FETCH_ADDRESS;
    int64_t left = deadline_ms - fetch_now_ms();
    if (end == FETCH_BROUGHT && left <= 0)
        end = FETCH_TIME;
    if (end == FETCH_BROUGHT &&
        (c == NULL || rq.body == NULL || !set_up(c, &rq, trust, list, (long)left)))
        end = FETCH_ANSWER;
    if (end == FETCH_BROUGHT)
        end = perform(c, &rq, deadline_ms, out, next);
    if (out->body != rq.body)
        free(rq.body);
    curl_slist_free_all(list);
    curl_easy_cleanup(c);
    return end;
}

static bool same_place(const struct target *a, const struct target *b)
{
    return a->port == b->port && strcasecmp(a->host, b->host) == 0;
}

enum fetch_refusal get_page(const struct order *order, struct dns *dns,
                            const struct get_trust *trust, struct got *out)
{
    int64_t deadline_ms = fetch_now_ms() + (int64_t)GET_SECONDS * 1000;
    struct target first, target;
    char *next = NULL;
    enum fetch_refusal end = target_read(order, order->get, &first);

    if (end == FETCH_BROUGHT)
        end = ask(&first, dns, trust, deadline_ms, out, &next);
    for (int hops = 1; end == FETCH_BROUGHT && next != NULL; hops++) {
        char *url = next;
        next = NULL;
        if (hops > GET_REDIRECTS_MAX)
            end = FETCH_REDIRECTS;
        else if (target_read(order, url, &target) != FETCH_BROUGHT || !same_place(&first, &target))
            end = FETCH_REDIRECT;
        else
            end = ask(&target, dns, trust, deadline_ms, out, &next);
        if (hops <= GET_REDIRECTS_MAX)
            target_free(&target);
        free(url);
    }
    free(next);
    target_free(&first);
    return end;
}
