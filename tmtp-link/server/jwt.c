/*
 * id_tokens. Everything is decoded strictly: one way to write each octet, no member twice.
 */
#include "tmtp-link/server/jwt.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/base64url.h"

#define NOT_BEFORE_LEEWAY_S 60
#define YEAR_9999_S         INT64_C(253402300799)

static json_t *decode_object(const char *text, size_t len)
{
    size_t octets_len = 0;
    uint8_t *octets = base64url_decode(text, len, &octets_len);
    json_t *object = NULL;

    if (octets != NULL) {
        object = json_loadb((const char *)octets, octets_len, JSON_REJECT_DUPLICATES, NULL);
        free(octets);
    }
    if (!json_is_object(object)) {
        json_decref(object);
        return NULL;
    }
    return object;
}

const char *jwt_parse(const char *text, size_t len, struct jwt *jwt)
{
    const char *first = memchr(text, '.', len);
    const char *second =
        first == NULL ? NULL : memchr(first + 1, '.', len - (size_t)(first + 1 - text));

    *jwt = (struct jwt){.text = text};
    if (second == NULL) {
        return "id_token is not a compact JWS";
    }
    jwt->signed_len = (size_t)(second - text);
    jwt->header = decode_object(text, (size_t)(first - text));
    jwt->claims = decode_object(first + 1, (size_t)(second - first - 1));
    jwt->signature = base64url_decode(second + 1, len - jwt->signed_len - 1, &jwt->signature_len);
    if (jwt->header == NULL || jwt->claims == NULL || jwt->signature == NULL) {
        return "id_token is not base64url of JSON objects";
    }
    if (jwt_text(jwt->header, "alg") == NULL ||
        strcmp(jwt_text(jwt->header, "alg"), "RS256") != 0) {
        return "id_token is not signed by RS256";
    }
    if (jwt_text(jwt->header, "kid") == NULL) {
        return "id_token names no key";
    }
    return json_object_get(jwt->header, "crit") == NULL ? NULL : "id_token has critical extensions";
}

void jwt_free(struct jwt *jwt)
{
    json_decref(jwt->header);
    json_decref(jwt->claims);
    free(jwt->signature);
    *jwt = (struct jwt){0};
}

const char *jwt_text(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* A claim that may be absent, else must be an integer that is not negative. */
static bool is_time(const json_t *claims, const char *name)
{
    const json_t *value = json_object_get(claims, name);

    return value == NULL || (json_is_integer(value) && json_integer_value(value) >= 0 &&
                             json_integer_value(value) <= YEAR_9999_S);
}

static bool is_text(const json_t *claims, const char *name)
{
    const json_t *value = json_object_get(claims, name);

    return value == NULL || json_is_string(value);
}

static bool are_texts(const json_t *list)
{
    size_t i;
    json_t *item;

    if (list != NULL && !json_is_array(list)) {
        return false;
    }
    json_array_foreach(list, i, item)
    {
        if (!json_is_string(item)) {
            return false;
        }
    }
    return true;
}

const char *jwt_claims_fault(const json_t *claims, const char *issuer, const char *audience,
                             int64_t now_s)
{
    const json_t *version = json_object_get(claims, "ver");
    const json_t *not_before = json_object_get(claims, "nbf");
    const char *iss = jwt_text(claims, "iss");
    const char *aud = jwt_text(claims, "aud"); /* a list is refused, as by the stock server */
    const char *sub = jwt_text(claims, "sub");

    if (iss == NULL || strcmp(iss, issuer) != 0 || aud == NULL || strcmp(aud, audience) != 0) {
        return "id_token is of another issuer or for another audience";
    }
    if (sub == NULL || *sub == '\0') {
        return "id_token has no subject";
    }
    if (!is_time(claims, "exp") || !is_time(claims, "iat") || !is_time(claims, "nbf") ||
        !is_time(claims, "auth_time") || !is_text(claims, "jti") || !is_text(claims, "idp") ||
        !is_text(claims, "at_hash") || (version != NULL && !json_is_integer(version)) ||
        !are_texts(json_object_get(claims, "amr"))) {
        return "id_token has a claim of a wrong type";
    }
    if (json_integer_value(json_object_get(claims, "exp")) <= now_s) {
        return "id_token has expired";
    }
    if (not_before != NULL && json_integer_value(not_before) > now_s + NOT_BEFORE_LEEWAY_S) {
        return "id_token is not valid yet";
    }
    return NULL;
}

bool jwt_verify(const struct jwt *jwt, EVP_PKEY *key)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context != NULL &&
              EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
              EVP_DigestVerify(context, jwt->signature, jwt->signature_len,
                               (const unsigned char *)jwt->text, jwt->signed_len) == 1;

    EVP_MD_CTX_free(context);
    return ok;
}
