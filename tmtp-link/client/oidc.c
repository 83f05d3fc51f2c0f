/*
 * The sign-in. The verifier stays here and only its hash goes through the browser, so a code that
 * is overheard is of no use; the state tells our own answer from any other page's.
 */
#include "tmtp-link/client/oidc.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/base/form.h"
#include "tmtp-link/base/http.h"
#include "tmtp-link/client/deadline.h"
#include "tmtp-link/client/loopback.h"

enum {
    SECRET_OCTETS = 32,
    SECRET_LEN = 43, /* of that in base64url */
    PATH_LEN = 128,
};

struct oidc_login {
    struct loopback *loopback;
    char verifier[SECRET_LEN + 1];
    char state[1 + SECRET_LEN + 1];
    char path[PATH_LEN]; /* of the redirect */
    char *url, *token_url, *token_params;
};

/* 32 octets as base64url (RFC 4648, section 5), without padding. */
static void base64url(const uint8_t *octets, char *text)
{
    unsigned char padded[SECRET_LEN + 2];

    EVP_EncodeBlock(padded, octets, SECRET_OCTETS);
    for (size_t i = 0; i < SECRET_LEN; i++) {
        text[i] = (char)(padded[i] == '+' ? '-' : padded[i] == '/' ? '_' : padded[i]);
    }
    text[SECRET_LEN] = '\0';
    OPENSSL_cleanse(padded, sizeof padded);
}

static bool random_text(char *text)
{
    uint8_t octets[SECRET_OCTETS];
    bool made = RAND_bytes(octets, sizeof octets) == 1;

    base64url(octets, text);
    OPENSSL_cleanse(octets, sizeof octets);
    return made;
}

static bool challenge_of(const char *verifier, char *challenge)
{
    uint8_t digest[SECRET_OCTETS];

    if (EVP_Digest(verifier, strlen(verifier), digest, NULL, EVP_sha256(), NULL) != 1) {
        return false;
    }
    base64url(digest, challenge);
    return true;
}

/* What follows "http://localhost", or another loopback host, in an address; NULL when it is no
 * such. */
static const char *after_loopback(const char *url)
{
    static const char *const hosts[] = {"http://localhost", "http://127.0.0.1", "http://[::1]"};

    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        size_t len = strlen(hosts[i]);

        if (strncmp(url, hosts[i], len) == 0 && strchr(":/", url[len]) != NULL) {
            return url + len;
        }
    }
    return NULL;
}

static bool is_safe(const char *url)
{
    return strncmp(url, "https://", 8) == 0 || after_loopback(url) != NULL;
}

/* Take port and path from the redirect_uri, and put in the port to listen on when it is another. */
static enum tmtp_result take_redirect(struct oidc_login *login, uint16_t *port, char **login_params,
                                      struct tmtp_error *error)
{
    char *uri = form_value(*login_params, "redirect_uri");
    const char *at = uri == NULL ? NULL : after_loopback(uri);
    char *end = NULL;
    char *changed = NULL;
    unsigned long listed = at != NULL && *at == ':' ? strtoul(at + 1, &end, 10) : 0;

    if (listed == 0 || listed > UINT16_MAX || *end != '/' || strlen(end) >= sizeof login->path) {
        free(uri);
        return tmtp_fail(error, TMTP_PROTOCOL,
                         "the server's sign-in has no redirect_uri at localhost");
    }
    snprintf(login->path, sizeof login->path, "%s", end);
    login->path[strlen(end) > 1 && end[strlen(end) - 1] == '/' ? strlen(end) - 1 : strlen(end)] =
        '\0';
    if (*port == 0) {
        *port = (uint16_t)listed;
    } else if (asprintf(&changed, "%.*s:%u%s", (int)(at - uri), uri, (unsigned)*port, end) > 0) {
        char *both[] = {form_replace(*login_params, "redirect_uri", changed),
                        form_replace(login->token_params, "redirect_uri", changed)};

        free(*login_params);
        free(login->token_params);
        *login_params = both[0];
        login->token_params = both[1];
        free(changed);
    }
    free(uri);
    return *login_params == NULL || login->token_params == NULL
               ? tmtp_fail(error, TMTP_LOCAL, "no memory")
               : TMTP_OK;
}

static enum tmtp_result check_params(const char *params, struct tmtp_error *error)
{
    static const char *const names[] = {"response_type", "client_id", "redirect_uri", "scope"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *value = form_value(params, names[i]);
        bool there = value != NULL && *value != '\0';

        free(value);
        if (!there) {
            return tmtp_fail(error, TMTP_PROTOCOL, "the server's sign-in lacks %s", names[i]);
        }
    }
    return TMTP_OK;
}

/* The address to open, with the challenge and the state. */
static enum tmtp_result make_url(struct oidc_login *login, const char *login_url,
                                 const char *login_params, size_t index, struct tmtp_error *error)
{
    char challenge[SECRET_LEN + 1];

    login->state[0] = (char)('A' + index % 26);
    if (!random_text(login->verifier) || !random_text(login->state + 1) ||
        !challenge_of(login->verifier, challenge) ||
        asprintf(&login->url, "%s?%s&code_challenge_method=S256&code_challenge=%s&state=%s",
                 login_url, login_params, challenge, login->state) < 0) {
        login->url = NULL;
        return tmtp_fail(error, TMTP_LOCAL, "no memory, or no random numbers");
    }
    return TMTP_OK;
}

enum tmtp_result oidc_begin(const struct session_provider *provider, size_t index, uint16_t port,
                            struct oidc_login **login, struct tmtp_error *error)
{
    enum tmtp_result result;
    char *login_params;
    struct oidc_login *made = calloc(1, sizeof *made);

    if (made == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    if ((login_params = strdup(provider->login_params)) == NULL ||
        (made->token_url = strdup(provider->token_url)) == NULL ||
        (made->token_params = strdup(provider->token_params)) == NULL) {
        result = tmtp_fail(error, TMTP_LOCAL, "no memory");
    } else if (!is_safe(provider->login_url) || !is_safe(provider->token_url)) {
        result =
            tmtp_fail(error, TMTP_PROTOCOL, "the server's sign-in is neither https nor localhost");
    } else {
        result = check_params(login_params, error);
    }
    if (result == TMTP_OK) {
        result = take_redirect(made, &port, &login_params, error);
    }
    if (result == TMTP_OK) {
        result = make_url(made, provider->login_url, login_params, index, error);
    }
    if (result == TMTP_OK) {
        result = loopback_open(port, &made->loopback, error);
    }
    free(login_params);
    if (result != TMTP_OK) {
        oidc_free(made);
        return result;
    }
    *login = made;
    return TMTP_OK;
}

const char *oidc_url(const struct oidc_login *login)
{
    return login->url;
}

/* The form that asks for the token. */
static char *token_form(const struct oidc_login *login, const char *code)
{
    char *escaped = form_escape(code);
    char *form = NULL;

    if (escaped != NULL && asprintf(&form, "%s&code=%s&code_verifier=%s", login->token_params,
                                    escaped, login->verifier) < 0) {
        form = NULL;
    }
    free(escaped);
    return form;
}

/* What of the answer goes into Register; NULL when a part is missing. */
static json_t *oidc_object(json_t *answer)
{
    const char *type, *scope, *access, *id;
    const char *refresh = NULL;
    json_int_t expires;

    if (json_unpack(answer, "{s:s, s:I, s:s, s:s, s:s, s?s}", "token_type", &type, "expires_in",
                    &expires, "scope", &scope, "access_token", &access, "id_token", &id,
                    "refresh_token", &refresh) != 0 ||
        *scope == '\0' || expires < 0) {
        return NULL;
    }
    return json_pack("{s:s, s:I, s:s, s:s, s:s, s:s*}", "token_type", type, "expires_in", expires,
                     "scope", scope, "access_token", access, "id_token", id, "refresh_token",
                     refresh);
}

static enum tmtp_result exchange(const struct oidc_login *login, const char *code,
                                 const char *ca_file, json_t **oidc, struct tmtp_error *error)
{
    char *form = token_form(login, code);
    struct http *http = http_new();
    struct http_answer answer = {0};
    struct http_request request = {
        .method = "POST",
        .url = login->token_url,
        .ca_file = ca_file,
        .content_type = "application/x-www-form-urlencoded",
        .body = form,
    };
    enum tmtp_result result = form == NULL || http == NULL
                                  ? tmtp_fail(error, TMTP_LOCAL, "no memory")
                                  : http_ask(http, &request, &answer, error);

    if (result == TMTP_OK && answer.status != 200) {
        const char *reason = json_string_value(json_object_get(answer.json, "error_description"));

        result = tmtp_fail(error, answer.status >= 500 ? TMTP_RETRY : TMTP_REFUSED,
                           "the provider gave no token (%ld): %s", answer.status,
                           reason == NULL ? "no reason given" : reason);
    } else if (result == TMTP_OK && (*oidc = oidc_object(answer.json)) == NULL) {
        result =
            tmtp_fail(error, TMTP_PROTOCOL, "the provider's token lacks a part, or is no JSON");
    }
    json_decref(answer.json);
    http_free(http);
    if (form != NULL) {
        OPENSSL_cleanse(form, strlen(form));
    }
    free(form);
    return result;
}

enum tmtp_result oidc_finish(struct oidc_login *login, int wait_ms, const char *ca_file,
                             json_t **oidc, struct tmtp_error *error)
{
    char *code = NULL;
    enum tmtp_result result = loopback_wait(login->loopback, login->path, login->state,
                                            deadline_in(wait_ms), &code, error);

    if (result == TMTP_OK) {
        result = exchange(login, code, ca_file, oidc, error);
        OPENSSL_cleanse(code, strlen(code));
    }
    free(code);
    return result;
}

void oidc_free(struct oidc_login *login)
{
    if (login == NULL) {
        return;
    }
    loopback_close(login->loopback);
    OPENSSL_cleanse(login->verifier, sizeof login->verifier);
    free(login->url);
    free(login->token_url);
    free(login->token_params);
    free(login);
}
