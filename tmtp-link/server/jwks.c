/*
 * Key sets. A key is made of its numbers by OpenSSL's general interface.
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/base64url.h"
#include "tmtp-link/server/jwt.h"

enum { KEYS_MAX = 32, BITS_MIN = 2048, BITS_MAX = 8192 };
enum { COORDINATE = 32, POINT_UNCOMPRESSED = 4 };

struct jwk {
    char *kid;
    enum jwt_algorithm algorithm;
    EVP_PKEY *key;
};

struct jwks {
    struct jwk keys[KEYS_MAX];
    size_t count;
};

static BIGNUM *number(const json_t *jwk, const char *name)
{
    const char *text = jwt_text(jwk, name);
    size_t len = 0;
    uint8_t *octets = text == NULL ? NULL : base64url_decode(text, strlen(text), &len);
    BIGNUM *n = octets == NULL || len > BITS_MAX / 8 ? NULL : BN_bin2bn(octets, (int)len, NULL);

    free(octets);
    return n;
}

/* The key that the parameters make, which are freed; NULL when they make none. */
static EVP_PKEY *make_key(const char *type, OSSL_PARAM *params)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *key = NULL;

    if (params == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
        key = NULL;
    }
    OSSL_PARAM_free(params);
    EVP_PKEY_CTX_free(context);
    return key;
}

static EVP_PKEY *make_rsa_key(const BIGNUM *n, const BIGNUM *e)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY *key = NULL;

    if (build != NULL && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1) {
        key = make_key("RSA", OSSL_PARAM_BLD_to_param(build));
    }
    OSSL_PARAM_BLD_free(build);
    return key;
}

/* An exponent of 1 would let everybody sign; a long one takes long. */
static EVP_PKEY *rsa_key(const json_t *jwk)
{
    BIGNUM *n = number(jwk, "n");
    BIGNUM *e = number(jwk, "e");
    EVP_PKEY *key = NULL;

    if (n != NULL && e != NULL && BN_num_bits(n) >= BITS_MIN && BN_is_odd(n) &&
        BN_num_bits(e) <= 64 && BN_is_odd(e) && !BN_is_one(e)) {
        key = make_rsa_key(n, e);
    }
    BN_free(n);
    BN_free(e);
    return key;
}

/* A coordinate of exactly its length (RFC 7518, section 6.2.1.2), into @a octets. */
static bool coordinate(const json_t *jwk, const char *name, uint8_t octets[COORDINATE])
{
    const char *text = jwt_text(jwk, name);
    size_t len = 0;
    uint8_t *decoded = text == NULL ? NULL : base64url_decode(text, strlen(text), &len);
    bool ok = decoded != NULL && len == COORDINATE;

    if (ok) {
        memcpy(octets, decoded, COORDINATE);
    }
    free(decoded);
    return ok;
}

/* OpenSSL refuses a point that is not on the curve. */
static EVP_PKEY *ec_key(const json_t *jwk)
{
    uint8_t point[1 + 2 * COORDINATE] = {POINT_UNCOMPRESSED};
    const char *curve = jwt_text(jwk, "crv");
    OSSL_PARAM_BLD *build;
    EVP_PKEY *key = NULL;

    if (curve == NULL || strcmp(curve, "P-256") != 0 || !coordinate(jwk, "x", point + 1) ||
        !coordinate(jwk, "y", point + 1 + COORDINATE)) {
        return NULL;
    }
    build = OSSL_PARAM_BLD_new();
    if (build != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) ==
            1) {
        key = make_key("EC", OSSL_PARAM_BLD_to_param(build));
    }
    OSSL_PARAM_BLD_free(build);
    return key;
}

/* Whether a member is the text, or absent when it may be. */
static bool is(const json_t *jwk, const char *name, const char *text, bool may_be_absent)
{
    const json_t *value = json_object_get(jwk, name);

    return value == NULL ? may_be_absent
                         : json_is_string(value) && strcmp(json_string_value(value), text) == 0;
}

/* Read a JWK; false when it is not one for us. The caller has @a key and the copy of the kid. */
static bool read_key(const json_t *jwk, struct jwk *key)
{
    const char *kid = jwt_text(jwk, "kid");

    *key = (struct jwk){.key = NULL};
    if (kid == NULL || !is(jwk, "use", "sig", true)) {
        return false;
    }
    if (is(jwk, "kty", "RSA", false) && is(jwk, "alg", "RS256", false)) {
        key->algorithm = JWT_RS256;
        key->key = rsa_key(jwk);
    } else if (is(jwk, "kty", "EC", false) && is(jwk, "alg", "ES256", false)) {
        key->algorithm = JWT_ES256;
        key->key = ec_key(jwk);
    }
    if (key->key != NULL && (key->kid = strdup(kid)) == NULL) {
        EVP_PKEY_free(key->key);
        key->key = NULL;
    }
    return key->key != NULL;
}

struct jwks *jwks_parse(const char *text, size_t len)
{
    json_t *set = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    json_t *list = json_object_get(set, "keys");
    struct jwks *jwks = json_is_array(list) ? calloc(1, sizeof *jwks) : NULL;
    size_t i;
    json_t *jwk;

    json_array_foreach(list, i, jwk)
    {
        if (jwks != NULL && jwks->count < KEYS_MAX && read_key(jwk, &jwks->keys[jwks->count])) {
            jwks->count++;
        }
    }
    json_decref(set);
    ERR_clear_error();
    return jwks;
}

void jwks_free(struct jwks *jwks)
{
    if (jwks == NULL) {
        return;
    }
    for (size_t i = 0; i < jwks->count; i++) {
        free(jwks->keys[i].kid);
        EVP_PKEY_free(jwks->keys[i].key);
    }
    free(jwks);
}

size_t jwks_count(const struct jwks *jwks)
{
    return jwks == NULL ? 0 : jwks->count;
}

EVP_PKEY *jwks_find(const struct jwks *jwks, const char *kid, enum jwt_algorithm algorithm)
{
    for (size_t i = 0; i < jwks_count(jwks); i++) {
        if (jwks->keys[i].algorithm == algorithm && strcmp(jwks->keys[i].kid, kid) == 0) {
            return jwks->keys[i].key;
        }
    }
    return NULL;
}

bool jwks_knows(const struct jwks *jwks, const char *kid)
{
    return jwks_find(jwks, kid, JWT_RS256) != NULL || jwks_find(jwks, kid, JWT_ES256) != NULL;
}
