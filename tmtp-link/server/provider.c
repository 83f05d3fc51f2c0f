/*
 * Providers and their keys, and what is thought of a token.
 */
#include "tmtp-link/server/provider.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/fetch.h"
#include "tmtp-link/server/jwt.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/server.h"

#define FIRST_RETRY_US INT64_C(500000)
#define LAST_RETRY_US  INT64_C(60000000)
#define AWAIT_US       INT64_C(2000000) /* how long a link waits for the next attempt to begin */
#define FETCH_MS       2500L            /* with that, less than a link has for its login */

enum { KEYS_SIZE_MAX = 256 * 1024 };

struct provider {
    const struct config_provider *config;
    struct providers *all;
    struct jwks *keys;   /* NULL until fetched once; the last that were, while it fails */
    bool failing;        /* the last attempt has */
    int64_t retry_us;    /* the pause after the next failure */
    int64_t next_us;     /* no attempt for a token's sake before that */
    struct timer timer;  /* to fetch again */
    struct fetch *fetch; /* under way, or NULL */
};

struct providers {
    struct server *server;
    size_t count;
    struct provider list[];
};

/* --- keys ---------------------------------------------------------------------------------- */

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

/* The next attempt is due after @a span_us by itself, after @a pause_us for a token's sake. */
static void schedule(struct provider *provider, int64_t span_us, int64_t pause_us)
{
    provider->next_us = loop_now_us() + pause_us;
    loop_after(provider->all->server->loop, &provider->timer, span_us);
}

static void take_keys(struct provider *provider, struct jwks *keys)
{
    const struct config *config = provider->all->server->config;

    jwks_free(provider->keys);
    provider->keys = keys;
    provider->failing = false;
    provider->retry_us = FIRST_RETRY_US;
    schedule(provider, config->refresh_us, config->keys_us);
    log_event(jwks_count(keys) > 0 ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "keys_fetched", "issuer",
              provider->config->issuer, "keys", LOG_NUMBER(jwks_count(keys)), NULL);
}

/* Try again, after longer and longer pauses; the keys there are stay. */
static void fail(struct provider *provider, long status, const char *why)
{
    log_event(LOG_LEVEL_WARNING, "keys_not_fetched", "issuer", provider->config->issuer, "status",
              LOG_NUMBER(status), "why", why, NULL);
    provider->failing = true;
    schedule(provider, provider->retry_us, provider->retry_us);
    provider->retry_us *= 2;
    if (provider->retry_us > LAST_RETRY_US) {
        provider->retry_us = LAST_RETRY_US;
    }
}

static void fetch_done(void *user, const struct fetch_result *result)
{
    struct provider *provider = user;
    struct jwks *keys = result->body == NULL ? NULL : jwks_parse(result->body, result->len);

    provider->fetch = NULL;
    if (keys != NULL) {
        take_keys(provider, keys);
    } else {
        fail(provider, result->status, result->body == NULL ? result->why : "not a set of keys");
    }
    wake_links(provider);
}

static void begin_fetch(struct provider *provider)
{
    const struct fetch_order order = {
        .url = provider->config->jwks_url,
        .ca_file = provider->config->ca_file,
        .most = KEYS_SIZE_MAX,
        .within_ms = FETCH_MS,
        .done = fetch_done,
        .user = provider,
    };

    loop_cancel(provider->all->server->loop, &provider->timer);
    if (provider->fetch == NULL) {
        provider->fetch = fetch_begin(provider->all->server->loop, &order);
        if (provider->fetch == NULL) {
            fail(provider, 0, strerror(errno));
        }
    }
}

static void provider_timer(struct timer *timer)
{
    begin_fetch(CONTAINER(timer, struct provider, timer));
}

struct providers *providers_new(struct server *server)
{
    const struct config *config = server->config;
    struct providers *all = calloc(1, sizeof *all + config->provider_count * sizeof *all->list);

    if (all == NULL) {
        return NULL;
    }
    all->server = server;
    all->count = config->provider_count;
    for (size_t i = 0; i < all->count; i++) {
        all->list[i].all = all;
        all->list[i].config = &config->providers[i];
        all->list[i].timer.fire = provider_timer;
        all->list[i].retry_us = FIRST_RETRY_US;
        begin_fetch(&all->list[i]);
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
        fetch_cancel(provider->fetch);
        jwks_free(provider->keys);
    }
    free(providers);
}

/* --- judging ------------------------------------------------------------------------------- */

/* The provider of a token's issuer and audience; NULL, and why, when there is none. */
static struct provider *provider_of(struct providers *all, const json_t *claims, const char **why)
{
    const char *issuer = jwt_text(claims, "iss");
    const char *audience = jwt_text(claims, "aud");

    *why = issuer == NULL ? "id_token has no issuer" : "id_token is of an unknown issuer";
    for (size_t i = 0; i < all->count && issuer != NULL; i++) {
        if (strcmp(all->list[i].config->issuer, issuer) != 0) {
            continue;
        }
        if (audience != NULL && strcmp(all->list[i].config->audience, audience) == 0) {
            return &all->list[i];
        }
        *why = "id_token is for another audience";
    }
    return NULL;
}

/* A key is not known. Whether it is worth waiting for an attempt to fetch it: once for each link.
 * A token makes one begin only when the last is long ago; one that is about to begin again after a
 * failure is waited for, so that a short absence of the provider costs nobody a registration. */
static bool wait_for_keys(struct link *link, struct provider *provider)
{
    int64_t left_us = provider->next_us - loop_now_us();

    if (link->keys_tried) {
        return false;
    }
    if (provider->fetch == NULL && left_us <= 0) {
        begin_fetch(provider);
    }
    if (provider->fetch == NULL && !(provider->failing && left_us <= AWAIT_US)) {
        return false;
    }
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

static enum provider_answer refuse(struct provider_refusal *refusal, const char *why)
{
    refusal->why = why;
    return PROVIDER_REFUSED;
}

static enum provider_answer judge(struct link *link, const struct jwt *jwt,
                                  struct provider_claims *claims, struct provider_refusal *refusal)
{
    struct provider *provider = provider_of(link->server->providers, jwt->claims, &refusal->why);
    const char *kid = jwt_text(jwt->header, "kid");
    const char *fault;
    EVP_PKEY *key;

    if (provider == NULL) {
        return PROVIDER_REFUSED;
    }
    refusal->issuer = provider->config->issuer;
    fault = jwt_claims_fault(jwt->claims, provider->config->issuer, provider->config->audience,
                             time(NULL));
    if (fault != NULL) {
        return refuse(refusal, fault);
    }
    key = jwks_find(provider->keys, kid, jwt->algorithm);
    if (key == NULL && jwks_knows(provider->keys, kid)) {
        return refuse(refusal, "id_token names another algorithm than its key has");
    }
    if (key == NULL) {
        return wait_for_keys(link, provider)
                   ? PROVIDER_WAIT
                   : refuse(refusal, provider->keys == NULL
                                         ? "the provider's keys could not be fetched"
                                         : "id_token is signed by an unknown key");
    }
    if (!jwt_verify(jwt, key)) {
        return refuse(refusal, "id_token has a wrong signature");
    }
    if (!copy_claims(jwt->claims, claims)) {
        provider_claims_free(claims);
        return refuse(refusal, "no memory");
    }
    return PROVIDER_OK;
}

enum provider_answer provider_check(struct link *link, struct provider_claims *claims,
                                    struct provider_refusal *refusal)
{
    const struct tmtp_text token = link->header->oidc.id_token;
    enum provider_answer answer = PROVIDER_REFUSED;
    struct jwt jwt;

    *refusal = (struct provider_refusal){0};
    if (token.len == 0) {
        return refuse(refusal, "there is no id_token");
    }
    refusal->why = jwt_parse(token.at, token.len, &jwt);
    if (refusal->why == NULL) {
        answer = judge(link, &jwt, claims, refusal);
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
