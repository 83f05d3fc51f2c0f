/* OpenID Connect speaks forms, redirects and its own JSON errors; unknown parameters are passed
 * over, as its standards want, unlike everywhere else here. */
#include "directory/http/api/oidc.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "directory/base/url.h"
#include "directory/domain/keys.h"
#include "directory/domain/oidc.h"
#include "directory/http/api/oidc_page.h"
#include "directory/http/urlencoded.h"

enum { SEE_OTHER = 303 };

/* Where a parameter goes. */
struct parameter {
    const char *name;
    const char **out;
};

/* Give each parameter its value; an empty one counts as absent (RFC 6749, 3.1). @return one that
 * came twice, or NULL */
static const char *spread(const struct request_pair *pairs, size_t n,
                          const struct parameter known[], size_t known_n)
{
    const char *repeated = NULL;

    for (size_t k = 0; k < known_n; k++)
        *known[k].out = NULL;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < known_n; k++) {
            if (strcmp(pairs[i].name, known[k].name) != 0 || pairs[i].value[0] == '\0')
                continue;
            if (*known[k].out != NULL)
                repeated = known[k].name;
            *known[k].out = pairs[i].value;
        }
    }
    return repeated;
}

/* The value of `state` as it stands in the query, still encoded, when it is fit to go into a
 * Location as it is; clients compare it to the octet, and some do not decode it. */
static const char *raw_state(struct request *rq, const char *decoded)
{
    static const char fit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                              "-._~%!$'()*+,;=:@/?";
    const char *at = rq->query_text;

    if (decoded == NULL)
        return NULL;
    while (at != NULL && strncmp(at, "state=", 6) != 0)
        if ((at = strchr(at, '&')) != NULL)
            at++;
    size_t len = at != NULL ? strcspn(at + 6, "&") : 0;
    if (len > 0 && strspn(at + 6, fit) >= len)
        return talloc_strndup(rq->work.mem, at + 6, len);
    return url_encode(rq->work.mem, decoded);
}

enum agora_status oidc_get_discovery(struct request *rq, struct response *rs)
{
    const char *json;
    enum agora_status s = oidc_discovery(&rq->work, &json);

    response_cache(rs, "public, max-age=300");
    return s == AGORA_OK ? response_json(rs, 200, json) : s;
}

enum agora_status oidc_get_jwks(struct request *rq, struct response *rs)
{
    const char *json;
    enum agora_status s = keys_published(&rq->work, &json);

    response_cache(rs, "public, max-age=300");
    return s == AGORA_OK ? response_json(rs, 200, json) : s;
}

static void read_request(struct request *rq, struct oidc_request *in)
{
    const char *state;
    const struct parameter known[] = {
        {"client_id", &in->client_id},
        {"redirect_uri", &in->redirect_uri},
        {"response_type", &in->response_type},
        {"response_mode", &in->response_mode},
        {"scope", &in->scope},
        {"state", &state},
        {"nonce", &in->nonce},
        {"code_challenge", &in->code_challenge},
        {"code_challenge_method", &in->code_challenge_method},
        {"prompt", &in->prompt},
        {"max_age", &in->max_age},
        {"login_hint", &in->login_hint},
        {"claims", &in->claims},
        {"request", &in->request},
        {"request_uri", &in->request_uri},
    };

    in->repeated = spread(rq->query, rq->query_n, known, sizeof known / sizeof known[0]);
    in->state = raw_state(rq, state);
    /* Ours, added each time the member is sent to sign in: the last one counts. */
    in->signed_in_after = NULL;
    for (size_t i = 0; i < rq->query_n; i++)
        if (strcmp(rq->query[i].name, "signed_in_after") == 0)
            in->signed_in_after = rq->query[i].value;
    in->query = rq->query_text != NULL ? rq->query_text : "";
}

enum agora_status oidc_get_authorize(struct request *rq, struct response *rs)
{
    struct oidc_request in;
    struct oidc_decision d;

    read_request(rq, &in);
    enum agora_status s = oidc_authorize(&rq->work, &rq->viewer, &in, &d);
    if (s != AGORA_OK)
        return s;
    switch (d.next) {
    case OIDC_REDIRECT:
        return response_redirect(rs, SEE_OTHER, d.url);
    case OIDC_VERIFY:
        return oidc_page_verify(rq, rs, &d);
    case OIDC_CONSENT:
        return oidc_page_consent(rq, rs, &d);
    default:
        return oidc_page_refusal(rq, rs, d.why);
    }
}

/* By POST (OpenID Connect Core 3.1.2.1): the same by GET. A browser that comes from another site
 * brings its cookie along only then. */
enum agora_status oidc_post_authorize(struct request *rq, struct response *rs)
{
    struct request_pair *pairs = NULL;
    size_t n = 0, len;
    const char *body = request_body(rq, &len);
    char *url = talloc_strdup(rq->work.mem, "/oauth2/authorize?");

    enum agora_status s = pairs_parse(rq->work.mem, body, len, &pairs, &n, &rq->work.error);
    for (size_t i = 0; s == AGORA_OK && url != NULL && i < n; i++) {
        const char *name = url_encode(rq->work.mem, pairs[i].name);
        const char *value = url_encode(rq->work.mem, pairs[i].value);
        if (name == NULL || value == NULL)
            return work_out_of_memory(&rq->work);
        url = talloc_asprintf_append(url, "%s%s=%s", i > 0 ? "&" : "", name, value);
    }
    if (s != AGORA_OK)
        return s;
    return url != NULL ? response_redirect(rs, SEE_OTHER, url) : work_out_of_memory(&rq->work);
}

enum agora_status oidc_post_consent(struct request *rq, struct response *rs)
{
    struct request_pair *pairs = NULL;
    const char *token, *answer, *url;
    const struct parameter known[] = {{"token", &token}, {"answer", &answer}};
    size_t n = 0, len;
    const char *body = request_body(rq, &len);

    enum agora_status s = pairs_parse(rq->work.mem, body, len, &pairs, &n, &rq->work.error);
    if (s != AGORA_OK)
        return s;
    spread(pairs, n, known, 2);
    if (!request_signed_in(rq) || token == NULL || answer == NULL)
        return oidc_page_refusal(rq, rs,
                                 "You are not signed in any more. Go back to the program "
                                 "that sent you here and begin again.");
    s = oidc_answer(&rq->work, rq->viewer.session, token, answer, &url);
    if (s == AGORA_CONFLICT)
        return oidc_page_refusal(rq, rs,
                                 "This question was answered already, or is too old. Go "
                                 "back to the program that sent you here and begin again.");
    return s == AGORA_OK ? response_redirect(rs, SEE_OTHER, url) : s;
}

/* {"error", "error_description"} as RFC 6749, 5.2 has it. */
static enum agora_status oauth_error(struct request *rq, struct response *rs, unsigned status,
                                     const char *error, const char *why)
{
    json_t *o = json_pack("{s:s,s:s}", "error", error, "error_description", why);
    char *made = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
    const char *text = made != NULL ? talloc_strdup(rq->work.mem, made) : NULL;

    free(made);
    json_decref(o);
    return text != NULL ? response_json(rs, status, text) : work_out_of_memory(&rq->work);
}

enum agora_status oidc_post_token(struct request *rq, struct response *rs)
{
    struct oidc_grant g;
    struct request_pair *pairs = NULL;
    const char *json, *error, *why;
    const struct parameter known[] = {
        {"grant_type", &g.grant_type},     {"client_id", &g.client_id},         {"code", &g.code},
        {"redirect_uri", &g.redirect_uri}, {"code_verifier", &g.code_verifier},
    };
    size_t n = 0, len;
    const char *body = request_body(rq, &len);

    if (pairs_parse(rq->work.mem, body, len, &pairs, &n, &rq->work.error) != AGORA_OK)
        return oauth_error(rq, rs, 400, "invalid_request", rq->work.error.text);
    g.repeated = spread(pairs, n, known, sizeof known / sizeof known[0]);
    enum agora_status s = oidc_redeem(&rq->work, &g, &json, &error, &why);
    if (s != AGORA_OK)
        return s;
    return json != NULL ? response_json(rs, 200, json) : oauth_error(rq, rs, 400, error, why);
}

enum agora_status oidc_any_userinfo(struct request *rq, struct response *rs)
{
    const char *authorization = request_header(rq, "authorization"), *json;

    if (authorization == NULL || strncasecmp(authorization, "Bearer ", 7) != 0) {
        response_header(rs, "WWW-Authenticate", "Bearer");
        return oauth_error(rq, rs, 401, "invalid_request", "Send the access token.");
    }
    enum agora_status s = oidc_userinfo(&rq->work, authorization + 7, &json);
    if (s == AGORA_NOT_FOUND) {
        response_header(rs, "WWW-Authenticate", "Bearer error=\"invalid_token\"");
        return oauth_error(rq, rs, 401, "invalid_token", "The access token is unknown or too old.");
    }
    return s == AGORA_OK ? response_json(rs, 200, json) : s;
}
