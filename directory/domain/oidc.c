/* Redeeming codes (RFC 6749 4.1.3, 7636): every attempt goes to the database, which uses the code
 * up; the id_token is made as the strictest reader wants it (docs/tmtp.md, section 6). */
#include "directory/domain/oidc.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/base/config.h"
#include "directory/base/crypto.h"
#include "directory/base/random.h"
#include "directory/db/db.h"
#include "directory/domain/jose.h"
#include "directory/domain/keys.h"

enum { LASTS_S = 600, VERIFIER_MIN = 43, VERIFIER_MAX = 128 };

/* A JSON value as text on w->mem; takes the value. */
static enum agora_status dump(struct work *w, json_t *value, const char **out)
{
    char *text = value != NULL ? json_dumps(value, JSON_COMPACT) : NULL;
    const char *copy = text != NULL ? talloc_strdup(w->mem, text) : NULL;

    free(text);
    json_decref(value);
    if (copy == NULL)
        return work_out_of_memory(w);
    *out = copy;
    return AGORA_OK;
}

/* What is wrong with the request itself; NULL when nothing is. */
static const char *find_fault(const struct oidc_grant *g, const char **why)
{
    *why = "A parameter came twice.";
    if (g->repeated != NULL)
        return "invalid_request";
    *why = "grant_type is missing.";
    if (g->grant_type == NULL)
        return "invalid_request";
    *why = "Only grant_type=authorization_code is known.";
    if (strcmp(g->grant_type, "authorization_code") != 0)
        return "unsupported_grant_type";
    *why = "code, redirect_uri, client_id and code_verifier are all needed.";
    if (g->code == NULL || g->redirect_uri == NULL || g->client_id == NULL ||
        g->code_verifier == NULL)
        return "invalid_request";
    return NULL;
}

/* The S256 challenge of a verifier, or "" for one that breaks RFC 7636, which no code has. */
static const char *challenge_of(struct work *w, const char *verifier)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    size_t len = strlen(verifier);
    uint8_t hash[SHA256_LEN];

    if (len < VERIFIER_MIN || len > VERIFIER_MAX || strspn(verifier, allowed) != len)
        return "";
    sha256(verifier, len, hash);
    return base64url_encode(w->mem, hash, sizeof hash);
}

/* `amr` is an array of texts, `aud` one text, times are whole numbers: stock servers refuse others.
 */
static enum agora_status make_id_token(struct work *w, const char *client,
                                       const struct db_result *row, const char *access_hash,
                                       const char **token)
{
    const char *verified = NULL;
    const char *nonce = db_text(row, 0, 3);
    json_int_t now_s = now_us() / SECOND_US;
    json_t *claims = json_pack(
        "{s:s,s:s,s:s,s:I,s:I,s:I,s:[s],s:s}", "iss", w->config->agora_base_url, "sub",
        db_text(row, 0, 0), "aud", client, "exp", now_s + LASTS_S, "iat", now_s, "auth_time",
        (json_int_t)db_int64(row, 0, 4), "amr", "pwd", "name", db_text(row, 0, 1));

    if (claims == NULL ||
        (nonce != NULL && json_object_set_new(claims, "nonce", json_string(nonce)) != 0)) {
        json_decref(claims);
        return work_out_of_memory(w);
    }
    enum agora_status s = DB_JSON(w, QUERY_OIDC_VERIFIED_TOKEN, &verified, access_hash);
    if (s == AGORA_OK &&
        json_object_set_new(claims, "verified_claims", json_loads(verified, 0, NULL)) != 0)
        s = work_out_of_memory(w);
    if (s == AGORA_OK || s == AGORA_NOT_FOUND)
        s = keys_sign(w, JOSE_TYP_JWT, claims, token);
    json_decref(claims);
    return s;
}

enum agora_status oidc_redeem(struct work *w, const struct oidc_grant *g, const char **json,
                              const char **error, const char **why)
{
    char code_hash[2 * SHA256_LEN + 1], token_hash[2 * SHA256_LEN + 1];
    const char *id_token, *access = random_token(w->mem, token_hash);
    struct db_result *row;

    *json = NULL;
    if ((*error = find_fault(g, why)) != NULL)
        return AGORA_OK;
    const char *challenge = challenge_of(w, g->code_verifier);
    if (access == NULL || challenge == NULL)
        return work_out_of_memory(w);
    sha256_hex(g->code, strlen(g->code), code_hash);
    enum agora_status s = DB_RUN(w, QUERY_OIDC_REDEEM, &row, g->client_id, code_hash,
                                 g->redirect_uri, challenge, token_hash);
    if (s != AGORA_OK)
        return s;
    if (db_rows(row) == 0) {
        *error = "invalid_grant";
        *why = "The code is unknown, used or too old, or was given to another request.";
        return AGORA_OK;
    }
    s = make_id_token(w, g->client_id, row, token_hash, &id_token);
    if (s != AGORA_OK)
        return s;
    return dump(w,
                json_pack("{s:s,s:s,s:i,s:s,s:s}", "access_token", access, "token_type", "Bearer",
                          "expires_in", LASTS_S, "scope", db_text(row, 0, 2), "id_token", id_token),
                json);
}

enum agora_status oidc_userinfo(struct work *w, const char *token, const char **json)
{
    char hash[2 * SHA256_LEN + 1];

    sha256_hex(token, strlen(token), hash);
    return DB_JSON(w, QUERY_OIDC_USERINFO, json, hash);
}

enum agora_status oidc_discovery(struct work *w, const char **json)
{
    const char *base = w->config->agora_base_url;
    json_t *o =
        json_pack("{s:s,s:s+,s:s+,s:s+,s:s+}", "issuer", base, "authorization_endpoint", base,
                  "/oauth2/authorize", "token_endpoint", base, "/oauth2/token", "userinfo_endpoint",
                  base, "/oauth2/userinfo", "jwks_uri", base, "/oauth2/jwks");
    json_t *more = json_pack(
        "{s:[s],s:[s],s:[s],s:[s],s:[s],s:[s],s:[s],s:[s,s,s],s:[s,s,s,s,s,s,s,s,s],s:b,s:b,s:b,s:"
        "b}",
        "response_types_supported", "code", "response_modes_supported", "query",
        "grant_types_supported", "authorization_code", "subject_types_supported", "public",
        "id_token_signing_alg_values_supported", "RS256", "token_endpoint_auth_methods_supported",
        "none", "code_challenge_methods_supported", "S256", "scopes_supported", "openid", "profile",
        "tmtp", "claims_supported", "iss", "sub", "aud", "exp", "iat", "auth_time", "amr", "name",
        "nonce", "authorization_response_iss_parameter_supported", 1, "request_parameter_supported",
        0, "request_uri_parameter_supported", 0, "claims_parameter_supported", 1);

    if (o == NULL || more == NULL || json_object_update(o, more) != 0) {
        json_decref(o);
        o = NULL;
    }
    json_decref(more);
    return dump(w, o, json);
}
