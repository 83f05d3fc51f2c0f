/*
 * Providers and their keys. libcurl's transfers are driven by the loop: it tells which sockets it
 * waits for and when it wants to be called.
 */
#include "tmtp-link/server/provider.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/jwt.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/server.h"

#define FIRST_RETRY_US INT64_C(500000)
#define LAST_RETRY_US  INT64_C(60000000)
#define FETCH_MS       4000L /* shorter than a link has for its login */

enum { KEYS_SIZE_MAX = 256 * 1024 };

struct provider {
    const struct config_provider *config;
    struct providers *all;
    struct jwks *keys; /* NULL until fetched once */
    int64_t fetched_us;
    int64_t retry_us;
    struct timer timer; /* to fetch again */
    CURL *transfer;     /* under way, or NULL */
    struct buffer body;
};

struct providers {
    struct server *server;
    CURLM *multi;
    struct timer timer; /* libcurl's */
    size_t count;
    struct provider list[];
};

/* A socket of libcurl's. */
struct socket {
    struct watch watch;
    struct providers *all;
};

/* --- fetching ------------------------------------------------------------------------------ */

/* Let the links that wait for a provider's keys look again. */
static void wake_links(struct provider *provider)
{
    struct link *next;

    for (struct link *link = provider->all->server->links; link != NULL; link = next) {
        next = link->next;
        if (link->awaiting == provider) {
            link->awaiting = NULL;
            link_continue(link);
        }
    }
}

static void fetch_done(struct provider *provider, CURLcode result)
{
    struct jwks *keys = NULL;
    const char *why = curl_easy_strerror(result);
    long status = 0;

    curl_easy_getinfo(provider->transfer, CURLINFO_RESPONSE_CODE, &status);
    if (result == CURLE_OK && status == 200) {
        keys = jwks_parse(provider->body.at == NULL ? "" : provider->body.at + provider->body.begin,
                          buffer_len(&provider->body));
        why = "not a set of keys";
    }
    curl_multi_remove_handle(provider->all->multi, provider->transfer);
    curl_easy_cleanup(provider->transfer);
    provider->transfer = NULL;
    buffer_free(&provider->body);
    if (keys != NULL) {
        jwks_free(provider->keys);
        provider->keys = keys;
        provider->fetched_us = loop_now_us();
        provider->retry_us = FIRST_RETRY_US;
        log_event(LOG_LEVEL_INFO, "keys_fetched", "issuer", provider->config->issuer, "keys",
                  LOG_NUMBER(jwks_count(keys)), NULL);
    } else {
        log_event(LOG_LEVEL_WARNING, "keys_not_fetched", "issuer", provider->config->issuer,
                  "status", LOG_NUMBER(status), "why", why, NULL);
        loop_after(provider->all->server->loop, &provider->timer, provider->retry_us);
        provider->retry_us *= 2;
        if (provider->retry_us > LAST_RETRY_US) {
            provider->retry_us = LAST_RETRY_US;
        }
    }
    wake_links(provider);
}

static void take_done(struct providers *all)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(all->multi, &left)) != NULL) {
        struct provider *provider = NULL;

        if (message->msg == CURLMSG_DONE) {
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&provider);
            fetch_done(provider, message->data.result);
        }
    }
}

static size_t take_body(char *data, size_t one, size_t len, void *user)
{
    struct provider *provider = user;

    if (buffer_len(&provider->body) + len > KEYS_SIZE_MAX ||
        !buffer_add(&provider->body, data, len)) {
        return 0;
    }
    return one * len;
}

static void fetch(struct provider *provider)
{
    CURL *transfer;

    loop_cancel(provider->all->server->loop, &provider->timer);
    if (provider->transfer != NULL || (transfer = curl_easy_init()) == NULL) {
        return;
    }
    provider->transfer = transfer;
    curl_easy_setopt(transfer, CURLOPT_URL, provider->config->jwks_url);
    curl_easy_setopt(transfer, CURLOPT_PROTOCOLS_STR, "https,http");
    curl_easy_setopt(transfer, CURLOPT_PRIVATE, provider);
    curl_easy_setopt(transfer, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(transfer, CURLOPT_WRITEDATA, provider);
    curl_easy_setopt(transfer, CURLOPT_TIMEOUT_MS, FETCH_MS);
    curl_easy_setopt(transfer, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(transfer, CURLOPT_PROXY, "");
    if (provider->config->ca_file != NULL) {
        curl_easy_setopt(transfer, CURLOPT_CAINFO, provider->config->ca_file);
    }
    curl_multi_add_handle(provider->all->multi, transfer);
}

static void provider_timer(struct timer *timer)
{
    fetch(CONTAINER(timer, struct provider, timer));
}

/* --- libcurl and the loop ------------------------------------------------------------------ */

static void socket_ready(struct watch *watch, uint32_t events)
{
    struct socket *socket = CONTAINER(watch, struct socket, watch);
    struct providers *all = socket->all;
    int mask = 0;
    int running;

    mask |= (events & (uint32_t)EPOLLIN) != 0 ? CURL_CSELECT_IN : 0;
    mask |= (events & (uint32_t)EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0;
    mask |= (events & (uint32_t)(EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0;
    curl_multi_socket_action(all->multi, watch->fd, mask, &running); /* may free the socket */
    take_done(all);
}

static int curl_socket(CURL *transfer, curl_socket_t fd, int what, void *user, void *of_socket)
{
    struct providers *all = user;
    struct socket *socket = of_socket;
    uint32_t events = 0;

    (void)transfer;
    if (what == CURL_POLL_REMOVE) {
        if (socket != NULL) {
            loop_unwatch(all->server->loop, &socket->watch);
            free(socket);
        }
        return 0;
    }
    if (socket == NULL) {
        socket = calloc(1, sizeof *socket);
        if (socket == NULL) {
            return -1;
        }
        socket->watch = (struct watch){.fd = fd, .ready = socket_ready};
        socket->all = all;
        curl_multi_assign(all->multi, fd, socket);
    }
    events |= (what & CURL_POLL_IN) != 0 ? (uint32_t)EPOLLIN : 0;
    events |= (what & CURL_POLL_OUT) != 0 ? (uint32_t)EPOLLOUT : 0;
    return loop_watch(all->server->loop, &socket->watch, events) ? 0 : -1;
}

static int curl_timer(CURLM *multi, long ms, void *user)
{
    struct providers *all = user;

    (void)multi;
    if (ms < 0) {
        loop_cancel(all->server->loop, &all->timer);
    } else {
        loop_after(all->server->loop, &all->timer, (int64_t)ms * 1000);
    }
    return 0;
}

static void multi_timer(struct timer *timer)
{
    struct providers *all = CONTAINER(timer, struct providers, timer);
    int running;

    curl_multi_socket_action(all->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    take_done(all);
}

struct providers *providers_new(struct server *server)
{
    const struct config *config = server->config;
    struct providers *all = calloc(1, sizeof *all + config->provider_count * sizeof *all->list);

    if (all == NULL || (all->multi = curl_multi_init()) == NULL) {
        free(all);
        return NULL;
    }
    all->server = server;
    all->timer.fire = multi_timer;
    curl_multi_setopt(all->multi, CURLMOPT_SOCKETFUNCTION, curl_socket);
    curl_multi_setopt(all->multi, CURLMOPT_SOCKETDATA, all);
    curl_multi_setopt(all->multi, CURLMOPT_TIMERFUNCTION, curl_timer);
    curl_multi_setopt(all->multi, CURLMOPT_TIMERDATA, all);
    all->count = config->provider_count;
    for (size_t i = 0; i < all->count; i++) {
        all->list[i].all = all;
        all->list[i].config = &config->providers[i];
        all->list[i].timer.fire = provider_timer;
        all->list[i].retry_us = FIRST_RETRY_US;
        fetch(&all->list[i]);
    }
    return all;
}

void providers_free(struct providers *providers)
{
    if (providers == NULL) {
        return;
    }
    for (size_t i = 0; i < providers->count; i++) {
        struct provider *provider = &providers->list[i];

        loop_cancel(providers->server->loop, &provider->timer);
        if (provider->transfer != NULL) {
            curl_multi_remove_handle(providers->multi, provider->transfer);
            curl_easy_cleanup(provider->transfer);
        }
        buffer_free(&provider->body);
        jwks_free(provider->keys);
    }
    curl_multi_cleanup(providers->multi);
    loop_cancel(providers->server->loop, &providers->timer);
    free(providers);
}

/* --- judging ------------------------------------------------------------------------------- */

static struct provider *provider_of(struct providers *all, const json_t *claims)
{
    const char *issuer = jwt_text(claims, "iss");
    const char *audience = jwt_text(claims, "aud");

    for (size_t i = 0; i < all->count && issuer != NULL && audience != NULL; i++) {
        if (strcmp(all->list[i].config->issuer, issuer) == 0 &&
            strcmp(all->list[i].config->audience, audience) == 0) {
            return &all->list[i];
        }
    }
    return NULL;
}

/* A key is not known. Whether it is worth waiting for: once for each link. */
static bool wait_for_keys(struct link *link, struct provider *provider)
{
    bool fresh = provider->keys != NULL &&
                 loop_now_us() - provider->fetched_us < link->server->config->keys_us;

    if (link->keys_tried || (fresh && provider->transfer == NULL)) {
        return false;
    }
    fetch(provider);
    link->keys_tried = true;
    link->awaiting = provider;
    return true;
}

static bool copy_claims(const json_t *from, struct provider_claims *claims)
{
    const json_t *issued_at = json_object_get(from, "iat");

    claims->issuer = strdup(jwt_text(from, "iss"));
    claims->subject = strdup(jwt_text(from, "sub"));
    claims->audience = strdup(jwt_text(from, "aud"));
    claims->issued_at = issued_at == NULL ? -1 : json_integer_value(issued_at);
    return claims->issuer != NULL && claims->subject != NULL && claims->audience != NULL;
}

static enum provider_answer judge(struct link *link, const struct jwt *jwt,
                                  struct provider_claims *claims, const char **why)
{
    struct provider *provider = provider_of(link->server->providers, jwt->claims);
    EVP_PKEY *key;

    if (provider == NULL) {
        *why = "id_token is of another issuer or for another audience";
        return PROVIDER_REFUSED;
    }
    *why = jwt_claims_fault(jwt->claims, provider->config->issuer, provider->config->audience,
                            time(NULL));
    if (*why != NULL) {
        return PROVIDER_REFUSED;
    }
    key = jwks_find(provider->keys, jwt_text(jwt->header, "kid"));
    if (key == NULL) {
        *why = "id_token is signed by an unknown key";
        return wait_for_keys(link, provider) ? PROVIDER_WAIT : PROVIDER_REFUSED;
    }
    if (!jwt_verify(jwt, key)) {
        *why = "id_token has a wrong signature";
        return PROVIDER_REFUSED;
    }
    if (!copy_claims(jwt->claims, claims)) {
        provider_claims_free(claims);
        *why = "no memory";
        return PROVIDER_REFUSED;
    }
    return PROVIDER_OK;
}

enum provider_answer provider_check(struct link *link, struct provider_claims *claims,
                                    const char **why)
{
    const struct tmtp_text token = link->header.oidc.id_token;
    enum provider_answer answer = PROVIDER_REFUSED;
    struct jwt jwt;

    if (token.len == 0) {
        *why = "there is no id_token";
        return PROVIDER_REFUSED;
    }
    *why = jwt_parse(token.at, token.len, &jwt);
    if (*why == NULL) {
        answer = judge(link, &jwt, claims, why);
    }
    jwt_free(&jwt);
    return answer;
}

void provider_claims_free(struct provider_claims *claims)
{
    free(claims->issuer);
    free(claims->subject);
    free(claims->audience);
    *claims = (struct provider_claims){0};
}
