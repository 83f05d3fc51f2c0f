/*
 * id_tokens. Everything is decoded strictly: one way to write each octet, no member twice.
 */
#include "tmtp-link/server/jwt.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/base64url.h"

#define NOT_BEFORE_LEEWAY_S 60
#define YEAR_9999_S         INT64_C(253402300799)

enum { ES256_HALF = 32 }; /* octets of each of the two numbers of a signature */

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

static const char *read_header(struct jwt *jwt)
{
    const char *algorithm = jwt_text(jwt->header, "alg");

    if (algorithm != NULL && strcmp(algorithm, "RS256") == 0) {
        jwt->algorithm = JWT_RS256;
    } else if (algorithm != NULL && strcmp(algorithm, "ES256") == 0) {
        jwt->algorithm = JWT_ES256;
    } else {
        return "id_token is not signed by RS256 or ES256";
    }
    if (jwt_text(jwt->header, "kid") == NULL) {
        return "id_token names no key";
    }
    return json_object_get(jwt->header, "crit") == NULL ? NULL : "id_token has critical extensions";
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
    return read_header(jwt);
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

/* --- claims -------------------------------------------------------------------------------- */

static bool is_time(const json_t *value)
{
    return json_is_integer(value) && json_integer_value(value) >= 0 &&
           json_integer_value(value) <= YEAR_9999_S;
}

static bool is_text(const json_t *value)
{
    return json_is_string(value);
}

static bool is_integer(const json_t *value)
{
    return json_is_integer(value);
}

static bool are_texts(const json_t *list)
{
    size_t i;
    json_t *item;

    if (!json_is_array(list)) {
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

/* Claims that may be absent, but are of one type when they are there. */
static const struct {
    const char *name;
    bool (*fits)(const json_t *value);
    const char *fault;
} claim_types[] = {
    {"iat", is_time, "claim iat of the id_token is not a time"},
    {"nbf", is_time, "claim nbf of the id_token is not a time"},
    {"auth_time", is_time, "claim auth_time of the id_token is not a time"},
    {"jti", is_text, "claim jti of the id_token is not a text"},
    {"idp", is_text, "claim idp of the id_token is not a text"},
    {"at_hash", is_text, "claim at_hash of the id_token is not a text"},
    {"ver", is_integer, "claim ver of the id_token is not an integer"},
    {"amr", are_texts, "claim amr of the id_token is not a list of texts"},
};

const char *jwt_claims_fault(const json_t *claims, const char *issuer, const char *audience,
                             int64_t now_s)
{
    const char *iss = jwt_text(claims, "iss");
    const char *aud = jwt_text(claims, "aud"); /* a list is refused, as by the stock server */
    const char *subject = jwt_text(claims, "sub");
    const json_t *expiry = json_object_get(claims, "exp");
    const json_t *not_before = json_object_get(claims, "nbf");

    if (iss == NULL || strcmp(iss, issuer) != 0 || aud == NULL || strcmp(aud, audience) != 0) {
        return "id_token is of another issuer or for another audience";
    }
    if (subject == NULL || *subject == '\0') {
        return "id_token has no subject";
    }
    for (size_t i = 0; i < sizeof claim_types / sizeof *claim_types; i++) {
        const json_t *value = json_object_get(claims, claim_types[i].name);

        if (value != NULL && !claim_types[i].fits(value)) {
            return claim_types[i].fault;
        }
    }
    if (!is_time(expiry)) {
        return "claim exp of the id_token is not a time";
    }
    if (json_integer_value(expiry) <= now_s) {
        return "id_token has expired";
    }
    if (not_before != NULL && json_integer_value(not_before) > now_s + NOT_BEFORE_LEEWAY_S) {
        return "id_token is not valid yet";
    }
    return NULL;
}

/* --- signatures ---------------------------------------------------------------------------- */

static bool verify(const struct jwt *jwt, EVP_PKEY *key, const uint8_t *signature, size_t len)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context != NULL &&
              EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
              EVP_DigestVerify(context, signature, len, (const unsigned char *)jwt->text,
                               jwt->signed_len) == 1;

    EVP_MD_CTX_free(context);
    return ok;
}

/* A JWS has the two numbers of a signature one after the other (RFC 7518, section 3.4); OpenSSL
 * wants them in DER, to be freed by OPENSSL_free. */
static int to_der(const uint8_t *signature, uint8_t **der)
{
    ECDSA_SIG *numbers = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, ES256_HALF, NULL);
    BIGNUM *s = BN_bin2bn(signature + ES256_HALF, ES256_HALF, NULL);
    int len = -1;

    if (numbers != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(numbers, r, s) == 1) {
        r = s = NULL; /* they are the signature's now */
        len = i2d_ECDSA_SIG(numbers, der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(numbers);
    return len;
}

bool jwt_verify(const struct jwt *jwt, EVP_PKEY *key)
{
    uint8_t *der = NULL;
    int len;
    bool ok;

    if (jwt->algorithm == JWT_RS256) {
        return EVP_PKEY_is_a(key, "RSA") == 1 &&
               verify(jwt, key, jwt->signature, jwt->signature_len);
    }
    if (EVP_PKEY_is_a(key, "EC") != 1 || jwt->signature_len != (size_t)2 * ES256_HALF) {
        return false;
    }
    len = to_der(jwt->signature, &der);
    ok = len > 0 && verify(jwt, key, der, (size_t)len);
    OPENSSL_free(der);
    return ok;
}
