/* Requests for authorization (OpenID Connect Core 3.1.2, RFC 9700, 7636, 9207). First the client
 * and its address: before they are known to belong together nobody is sent anywhere. Then
 * everything else that can be wrong, which goes back to the client. Then the member: signed in,
 * verified, asked. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/base/config.h"
#include "directory/base/crypto.h"
#include "directory/base/random.h"
#include "directory/base/url.h"
#include "directory/db/db.h"
#include "directory/domain/oidc.h"
#include "directory/domain/oidc_claims.h"

enum {
    CHALLENGE_LEN = 43,
    TEXT_MAX = 2000,     /* octets of state or nonce */
    FRESH_S = 15 * 60,   /* how long a promise to have signed in again holds */
    AGE_MAX = 1000000000 /* seconds of max_age that mean for ever */
};

/* What is wrong with a request, in the words of RFC 6749 and OpenID Connect. */
struct fault {
    const char *error, *why;
};

/* An address of the client with the answer in its query. */
static const char *answer_url(struct work *w, const char *redirect_uri, const char *answer,
                              const char *state)
{
    const char *issuer = url_encode(w->mem, w->config->agora_base_url);

    if (issuer == NULL || answer == NULL)
        return NULL;
    return talloc_asprintf(w->mem, "%s%s%s%s%s&iss=%s", redirect_uri,
                           strchr(redirect_uri, '?') != NULL ? "&" : "?", answer,
                           state != NULL ? "&state=" : "", state != NULL ? state : "", issuer);
}

static const char *error_url(struct work *w, const char *redirect_uri, struct fault f,
                             const char *state)
{
    const char *why = url_encode(w->mem, f.why);

    return why != NULL
               ? answer_url(w, redirect_uri,
                            talloc_asprintf(w->mem, "error=%s&error_description=%s", f.error, why),
                            state)
               : NULL;
}

static enum agora_status redirect(struct work *w, const char *url, struct oidc_decision *out)
{
    if (url == NULL)
        return work_out_of_memory(w);
    out->next = OIDC_REDIRECT;
    out->url = url;
    return AGORA_OK;
}

static enum agora_status send_back(struct work *w, const struct oidc_request *rq, const char *error,
                                   const char *why, struct oidc_decision *out)
{
    struct fault f = {error, why};

    return redirect(w, error_url(w, rq->redirect_uri, f, rq->state), out);
}

static bool is_challenge(const char *text)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    return strlen(text) == CHALLENGE_LEN && strspn(text, allowed) == CHALLENGE_LEN;
}

/* Whether a list of words separated by spaces has this one. */
static bool has_word(const char *list, const char *word)
{
    size_t len = strlen(word);

    for (const char *at = list; (at = strstr(at, word)) != NULL; at += len)
        if ((at == list || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return true;
    return false;
}

static bool is_too_long(const char *text)
{
    return text != NULL && strlen(text) > TEXT_MAX;
}

/* The first thing that is wrong with a request of a known client; error NULL when nothing is. */
static struct fault find_fault(const struct oidc_request *rq)
{
    if (rq->repeated != NULL)
        return (struct fault){"invalid_request", "A parameter came twice."};
    if (is_too_long(rq->state) || is_too_long(rq->nonce))
        return (struct fault){"invalid_request", "A parameter is too long."};
    if (rq->request != NULL)
        return (struct fault){"request_not_supported", "Request objects are not taken."};
    if (rq->request_uri != NULL)
        return (struct fault){"request_uri_not_supported", "Request objects are not taken."};
    if (rq->response_type == NULL)
        return (struct fault){"invalid_request", "response_type is missing."};
    if (strcmp(rq->response_type, "code") != 0)
        return (struct fault){"unsupported_response_type", "Only response_type=code is known."};
    if (rq->response_mode != NULL && strcmp(rq->response_mode, "query") != 0)
        return (struct fault){"invalid_request", "Only response_mode=query is known."};
    if (rq->code_challenge == NULL || !is_challenge(rq->code_challenge))
        return (struct fault){"invalid_request", "A code_challenge of PKCE is needed."};
    if (rq->code_challenge_method == NULL || strcmp(rq->code_challenge_method, "S256") != 0)
        return (struct fault){"invalid_request", "code_challenge_method must be S256."};
    if (rq->scope == NULL || !has_word(rq->scope, "openid"))
        return (struct fault){"invalid_scope", "The scope must contain openid."};
    return (struct fault){NULL, NULL};
}

/* The words of the scope that the client may ask for; unknown ones are passed over (Core 3.1.2.1).
 */
static const char *allowed_scope(struct work *w, const char *asked, const char *allowed)
{
    char *given = talloc_strdup(w->mem, ""), *rest = talloc_strdup(w->mem, asked), *word;

    while (given != NULL && (word = strsep(&rest, " ")) != NULL)
        if (*word != '\0' && has_word(allowed, word) && !has_word(given, word))
            given = talloc_asprintf_append(given, "%s%s", *given != '\0' ? " " : "", word);
    return given;
}

/* Whole seconds of a parameter, -1 when it is absent or none. */
static int64_t seconds(const char *text)
{
    char *end;
    long long n = text != NULL && *text >= '0' && *text <= '9' ? strtoll(text, &end, 10) : -1;

    return n >= 0 && *end == '\0' ? n : -1;
}

/* Whether the member has to prove again who they are: the client wants it, and they have not done
 * so since they were sent to the page for it. */
static bool needs_sign_in(const struct viewer *viewer, const struct oidc_request *rq)
{
    int64_t now_s = now_us() / SECOND_US, signed_in = viewer->authenticated_us / SECOND_US;
    int64_t max_age = seconds(rq->max_age), after = seconds(rq->signed_in_after);
    bool login = rq->prompt != NULL && has_word(rq->prompt, "login");
    bool old = max_age >= 0 && max_age < AGE_MAX && now_s - signed_in > max_age;

    if (viewer->account[0] == '\0')
        return true;
    return (login || old) && !(after >= now_s - FRESH_S && after <= now_s && signed_in >= after);
}

/* To the app's page for signing in, which comes back here. */
static enum agora_status sign_in_first(struct work *w, const struct oidc_request *rq,
                                       struct oidc_decision *out)
{
    const char *hint = rq->login_hint != NULL ? url_encode(w->mem, rq->login_hint) : NULL;
    const char *back = talloc_asprintf(w->mem, "/oauth2/authorize?%s&signed_in_after=%lld",
                                       rq->query, (long long)(now_us() / SECOND_US));
    const char *next = back != NULL ? url_encode(w->mem, back) : NULL;

    if (next == NULL)
        return work_out_of_memory(w);
    return redirect(w,
                    talloc_asprintf(w->mem, "/sign-in?next=%s%s%s", next,
                                    hint != NULL ? "&email=" : "", hint != NULL ? hint : ""),
                    out);
}

/* Which verified facts the client would learn, for the consent page; kept with the request. */
static enum agora_status ask_facts(struct work *w, const struct viewer *viewer, const char *wanted,
                                   const char *token_hash, struct oidc_decision *out)
{
    struct db_result *rows;
    enum agora_status s =
        DB_RUN(w, QUERY_OIDC_VERIFIED_ASK, &rows, viewer->session, token_hash, wanted);

    if (s != AGORA_OK)
        return s;
    struct oidc_fact *facts = talloc_array(w->mem, struct oidc_fact, (unsigned)db_rows(rows) + 1);
    if (facts == NULL)
        return work_out_of_memory(w);
    for (size_t i = 0; i < db_rows(rows); i++)
        facts[i] = (struct oidc_fact){db_text(rows, i, 0), db_text(rows, i, 1)};
    out->facts = facts;
    out->facts_n = db_rows(rows);
    return AGORA_OK;
}

static enum agora_status ask_member(struct work *w, const struct viewer *viewer,
                                    const struct oidc_request *rq, const char *scope,
                                    const char *wanted, struct oidc_decision *out)
{
    char hash[2 * SHA256_LEN + 1];
    struct db_result *row;
    const char *token = random_token(w->mem, hash);

    if (token == NULL)
        return work_out_of_memory(w);
    enum agora_status s =
        DB_RUN(w, QUERY_OIDC_ASK, &row, viewer->session, rq->client_id, rq->redirect_uri, scope,
               rq->code_challenge, rq->nonce, rq->state, hash);
    if (s != AGORA_OK)
        return s;
    out->shown_name = db_text(row, 0, 0);
    out->email = db_text(row, 0, 1);
    out->redirect_uri = rq->redirect_uri;
    out->token = token;
    out->verified = has_word(scope, "tmtp");
    out->next = db_bool(row, 0, 2) ? OIDC_CONSENT : OIDC_VERIFY;
    if (out->next == OIDC_CONSENT && wanted != NULL)
        return ask_facts(w, viewer, wanted, hash, out);
    return AGORA_OK;
}

static enum agora_status authorize_known(struct work *w, const struct viewer *viewer,
                                         const struct oidc_request *rq, const char *allowed,
                                         struct oidc_decision *out)
{
    struct fault f = find_fault(rq);
    bool silent = rq->prompt != NULL && has_word(rq->prompt, "none");

    if (f.error != NULL)
        return send_back(w, rq, f.error, f.why, out);
    const char *wanted = NULL;
    if (rq->claims != NULL && oidc_claims_read(w, rq->claims, &wanted) != AGORA_OK)
        return send_back(w, rq, "invalid_request", "claims is no JSON object.", out);
    const char *scope = allowed_scope(w, rq->scope, allowed);
    if (scope == NULL)
        return work_out_of_memory(w);
    if (needs_sign_in(viewer, rq))
        return silent ? send_back(w, rq, "login_required", "The member must sign in.", out)
                      : sign_in_first(w, rq, out);
    /* Consent is asked for each time and not remembered, so that nothing can be given in silence.
     */
    if (silent)
        return send_back(w, rq, "consent_required", "The member must be asked.", out);
    return ask_member(w, viewer, rq, scope, wanted, out);
}

enum agora_status oidc_authorize(struct work *w, const struct viewer *viewer,
                                 const struct oidc_request *rq, struct oidc_decision *out)
{
    struct db_result *row;
    bool twice = rq->repeated != NULL && (strcmp(rq->repeated, "client_id") == 0 ||
                                          strcmp(rq->repeated, "redirect_uri") == 0);

    *out = (struct oidc_decision){.next = OIDC_REFUSE};
    out->why =
        "The program that sent you here did not say which one it is, or where to go back to.";
    if (rq->client_id == NULL || rq->redirect_uri == NULL || twice)
        return AGORA_OK;
    enum agora_status s = DB_RUN(w, QUERY_OIDC_CLIENT_FIND, &row, rq->client_id, rq->redirect_uri);
    if (s != AGORA_OK)
        return s;
    out->why = "The program that sent you here is not known, or the address it wants you to go "
               "back to is not its own.";
    if (db_rows(row) == 0)
        return AGORA_OK;
    out->client = db_text(row, 0, 0);
    return authorize_known(w, viewer, rq, db_text(row, 0, 1), out);
}

enum agora_status oidc_answer(struct work *w, const char *session, const char *token,
                              const char *answer, const char **url)
{
    char token_hash[2 * SHA256_LEN + 1], code_hash[2 * SHA256_LEN + 1];
    const char *code = random_token(w->mem, code_hash);
    struct db_result *row;

    if (code == NULL)
        return work_out_of_memory(w);
    sha256_hex(token, strlen(token), token_hash);
    bool less = strcmp(answer, "allow_less") == 0, agreed = less || strcmp(answer, "allow") == 0;
    enum agora_status s =
        less ? DB_RUN(w, QUERY_OIDC_VERIFIED_DROP, NULL, session, token_hash) : AGORA_OK;
    if (s == AGORA_OK)
        s = DB_RUN(w, QUERY_OIDC_ANSWER, &row, session, token_hash, agreed ? "true" : "false",
                   code_hash);
    if (s != AGORA_OK)
        return s;
    if (db_rows(row) == 0)
        return error_set(&w->error, AGORA_CONFLICT, NULL,
                         "This question was answered already, or is too old.");
    const char *redirect_uri = db_text(row, 0, 0), *state = db_text(row, 0, 1);
    struct fault refused = {"access_denied", "The member did not allow it."};
    const char *made =
        agreed ? answer_url(w, redirect_uri, talloc_asprintf(w->mem, "code=%s", code), state)
               : error_url(w, redirect_uri, refused, state);
    if (made == NULL)
        return work_out_of_memory(w);
    *url = made;
    return AGORA_OK;
}
