/*
 * Coming and going. A node is logged in while its link is in server->online; the column node.online
 * follows that and is only for the admin interface.
 */
#include "tmtp-link/server/enter.h"

#include <openssl/crypto.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/deliver.h"
#include "tmtp-link/server/guard.h"
#include "tmtp-link/server/identity.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/post.h"
#include "tmtp-link/server/presence.h"
#include "tmtp-link/server/provider.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/session.h"
#include "tmtp-link/wire/base32.h"

struct registration {
    struct request request;
    struct link *link;
    struct tmtp_header header;
    struct provider_claims claims; /* .issuer NULL without OpenID */
    char uid[TMTP_UID_LEN + 1];
    char password[TMTP_NODE_LEN + 1];
    uint8_t secret[IDENTITY_SECRET];
    const char *alias_fault;
};

struct login {
    struct request request;
    struct link *link;
    char uid[TMTP_UID_LEN + 1];
    uint8_t secret[IDENTITY_SECRET];
};

struct logout {
    struct request request;
    const struct server *server;
    int64_t node;
};

/* --- tmtprev ------------------------------------------------------------------------------- */

json_t *enter_tmtprev(const struct server *server)
{
    const struct config *config = server->config;
    json_t *rev = json_pack("{s:s, s:s, s:s}", "op", "tmtprev", "id", "1", "name", config->name);
    json_t *authby = json_array();

    for (size_t i = 0; i < config->provider_count; i++) {
        const struct config_provider *p = &config->providers[i];

        json_array_append_new(authby, json_pack("{s:s, s:[s, s], s:[s, s]}", "label", p->label,
                                                "login", p->login_url, p->login_params, "token",
                                                p->token_url, p->token_params));
    }
    if (config->provider_count > 0) {
        json_object_set_new(rev, "auth", json_integer(config->openid_required == CONFIG_YES));
        json_object_set(rev, "authby", authby);
    }
    json_decref(authby);
    return rev;
}

/* --- who is logged in ---------------------------------------------------------------------- */

static int by_node(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

struct link *enter_online(const struct server *server, int64_t node)
{
    int64_t *const *found = tfind(&node, &server->online, by_node);

    return found == NULL ? NULL : CONTAINER(*found, struct link, node);
}

static void logout_submit(struct server *server, int64_t node)
{
    struct logout *logout = calloc(1, sizeof *logout);

    if (logout != NULL) {
        logout->request.kind = &enter_logout_kind;
        logout->server = server;
        logout->node = node;
        store_submit(server->store, &logout->request);
    }
}

/* The node may by now have logged in again by another link, which counts. */
static void logout_write(struct params *params, struct request *const list[], size_t count)
{
    const struct logout *logout = CONTAINER(list[0], struct logout, request);

    (void)count;
    params_int8(params, logout->node);
    params_bool(params, enter_online(logout->server, logout->node) != NULL);
}

static void logout_settle(struct request *const list[], size_t count, const PGresult *result)
{
    (void)count;
    (void)result;
    free(CONTAINER(list[0], struct logout, request));
}

const struct request_kind enter_logout_kind = {.name = "logout",
                                               .query = QUERY_LOGOUT,
                                               .most = 1,
                                               .write = logout_write,
                                               .settle = logout_settle};

/* The store knows the node: the link is in, unless the node is in already. Returns whether it is.
 */
static bool enter(struct link *link, const char *uid, int64_t account, int64_t node)
{
    struct server *server = link->server;

    if (link->end != LINK_OPEN && link->end != LINK_QUITTING) {
        logout_submit(server, node);
        return false;
    }
    if (enter_online(server, node) != NULL) {
        link_quit(link, "node already connected");
        return false;
    }
    if (!guard_enter(link, account)) {
        logout_submit(server, node);
        link_quit(link, "login failed");
        return false;
    }
    link->account = account;
    memcpy(link->uid, uid, sizeof link->uid);
    if (!presence_entered(link)) {
        guard_leave(link);
        link_close(link, "no memory");
        return false;
    }
    link->node = node;
    if (tsearch(&link->node, &server->online, by_node) == NULL) {
        link->node = 0;
        presence_left(link);
        link_close(link, "no memory");
        return false;
    }
    server->online_count++;
    link->stage = LINK_IN;
    if (link->end == LINK_OPEN) {
        loop_after(server->loop, &link->timer, server->config->pulse_us);
    }
    log_event(LOG_LEVEL_INFO, "login", "node", LOG_NUMBER(node), NULL);
    return true;
}

void enter_leave(struct link *link)
{
    struct server *server = link->server;

    if (link->stage == LINK_IN) {
        tdelete(&link->node, &server->online, by_node);
        server->online_count--;
        presence_left(link);
        link->stage = LINK_REV;
        logout_submit(server, link->node);
    }
}

/* @a tellers as of presence_greet, in column 2. */
static void welcome(struct link *link, const PGresult *tellers)
{
    json_t *info = json_pack("{s:s, s:s}", "op", "info", "info", "login ok");

    presence_greet(link, info, tellers, 2);
    deliver_begin(link);
}

/* --- login --------------------------------------------------------------------------------- */

void enter_login(struct link *link)
{
    const struct tmtp_header *header = link->header;
    uint8_t secret[IDENTITY_SECRET];
    struct login *login;

    if (!identity_secret(header->node, secret)) {
        link_quit(link, "corrupt base32 value");
        return;
    }
    if (header->uid.len != TMTP_UID_LEN) {
        link_quit(link, "invalid header");
        return;
    }
    if (!base32_is_uid(header->uid.at, header->uid.len)) {
        link_quit(link, "login failed");
        return;
    }
    login = calloc(1, sizeof *login);
    if (login == NULL) {
        link_close(link, "no memory");
        return;
    }
    login->request.kind = &enter_login_kind;
    login->link = link;
    memcpy(login->uid, header->uid.at, TMTP_UID_LEN);
    memcpy(login->secret, secret, sizeof secret);
    link->stage = LINK_ENTERING;
    session_submit(link, &login->request);
}

static void login_write(struct params *params, struct request *const list[], size_t count)
{
    const struct login *login = CONTAINER(list[0], struct login, request);

    (void)count;
    params_text(params, login->uid);
    params_octets(params, login->secret, sizeof login->secret);
    presence_login_write(params, login->link->server, login->uid);
}

/* Rows: account, node, one who may tell the user of their presence. */
static void login_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct login *login = CONTAINER(list[0], struct login, request);
    struct link *link = login->link;

    (void)count;
    if (result == NULL || PQntuples(result) == 0) {
        guard_login_failed(link);
        link->server->metrics.logins_failed++;
        link_quit(link, "login failed");
    } else if (enter(link, login->uid, rows_int8(result, 0, 0), rows_int8(result, 0, 1))) {
        link->server->metrics.logins++;
        welcome(link, result);
        post_login_note(link);
    }
    OPENSSL_cleanse(login, sizeof *login);
    free(login);
    session_answered(link);
}

const struct request_kind enter_login_kind = {
    .name = "login", .query = QUERY_LOGIN, .most = 1, .write = login_write, .settle = login_settle};

/* --- registration -------------------------------------------------------------------------- */

/* Whether the client may register, by the rules of its OpenID provider; else it was told or waits.
 */
static bool allowed(struct link *link, struct provider_claims *claims)
{
    const struct config *config = link->server->config;
    struct provider_refusal refusal;

    if (config->provider_count == 0 ||
        (config->openid_required == CONFIG_NO && link->header->oidc.id_token.len == 0)) {
        return true;
    }
    switch (provider_check(link, claims, &refusal)) {
    case PROVIDER_OK:
        return true;
    case PROVIDER_WAIT:
        link->header_waits = true;
        return false;
    case PROVIDER_REFUSED:
        break;
    }
    log_event(LOG_LEVEL_WARNING, "registration_refused", "why", refusal.why, "issuer",
              refusal.issuer, NULL);
    guard_login_failed(link);
    link_quit(link, "authentication required");
    return false;
}

void enter_register(struct link *link)
{
    struct provider_claims claims = {0};
    struct registration *registration;

    if (!allowed(link, &claims)) {
        return;
    }
    registration = calloc(1, sizeof *registration);
    if (registration == NULL) {
        provider_claims_free(&claims);
        link_close(link, "no memory");
        return;
    }
    registration->request.kind = &enter_register_kind;
    registration->link = link;
    registration->claims = claims;
    identity_uid(registration->uid);
    identity_node(registration->password, registration->secret);
    if (!tmtp_text_is(link->header->newalias, "_")) {
        registration->alias_fault = identity_name_fault(IDENTITY_NEWALIAS, link->header->newalias);
    }
    registration->header = session_take_header(link);
    link->stage = LINK_ENTERING;
    session_submit(link, &registration->request);
}

static void register_write(struct params *params, struct request *const list[], size_t count)
{
    const struct registration *r = CONTAINER(list[0], struct registration, request);
    struct tmtp_text label = r->header.newnode;
    bool alias = r->alias_fault == NULL && !tmtp_text_is(r->header.newalias, "_");

    (void)count;
    params_text(params, r->uid);
    params_octets(params, r->secret, sizeof r->secret);
    params_octets(params, label.at, strnlen(label.at, label.len));
    params_octets(params, alias ? r->header.newalias.at : NULL, r->header.newalias.len);
    params_text(params, r->claims.issuer);
    params_text(params, r->claims.subject);
    params_text(params, r->claims.audience);
    if (r->claims.issued_at >= 0 && r->claims.issuer != NULL) {
        params_int8(params, r->claims.issued_at);
    } else {
        params_null(params);
    }
    params_bool(params, false);
}

/* Row: account, node, refused, fault. */
static void register_answer(const struct registration *r, const PGresult *result)
{
    struct link *link = r->link;
    const char *fault = r->alias_fault != NULL ? r->alias_fault : rows_text(result, 0, 3);
    json_t *answer;

    if (rows_bool(result, 0, 2)) {
        log_event(LOG_LEVEL_WARNING, "registration_refused", "why", "the subject has an account",
                  NULL);
        link_quit(link, "register failure");
        return;
    }
    if (!enter(link, r->uid, rows_int8(result, 0, 0), rows_int8(result, 0, 1))) {
        return;
    }
    guard_registered(link);
    link->server->metrics.registrations++;
    answer = json_pack("{s:s, s:s, s:s}", "op", "registered", "uid", r->uid, "nodeid", r->password);
    if (fault != NULL) {
        json_object_set_new(answer, "error", json_string(fault));
    }
    link_answer(link, answer);
    welcome(link, NULL);
}

static void register_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct registration *r = CONTAINER(list[0], struct registration, request);
    struct link *link = r->link;

    (void)count;
    if (result == NULL) {
        link_quit(link, "register failure");
    } else {
        register_answer(r, result);
    }
    header_free(&r->header);
    provider_claims_free(&r->claims);
    OPENSSL_cleanse(r, sizeof *r);
    free(r);
    session_answered(link);
}

const struct request_kind enter_register_kind = {.name = "register",
                                                 .query = QUERY_REGISTER,
                                                 .most = 1,
                                                 .write = register_write,
                                                 .settle = register_settle};
