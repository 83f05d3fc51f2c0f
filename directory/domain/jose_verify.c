/* The order matters: the header may choose among our keys, and nothing else. `alg` is compared, not
 * obeyed, so that neither "none" nor an HMAC keyed by a public key gets anywhere. */
#include "directory/domain/jose_verify.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/crypto.h"

enum { TOKEN_MAX = 256 * 1024, RSA_BITS_MIN = 2048 };

/* The three parts of a token. */
struct parts {
    const char *at[3];
    size_t len[3];
};

static bool split(const char *token, struct parts *parts)
{
    const char *from = token;

    if (strlen(token) > TOKEN_MAX)
        return false;
    for (size_t i = 0; i < 3; i++) {
        parts->at[i] = from;
        parts->len[i] = strcspn(from, ".");
        from += parts->len[i];
        if (parts->len[i] == 0 || (*from == '.') != (i < 2))
            return false;
        from++;
    }
    return true;
}

static json_t *decode_object(const void *mem, const struct parts *parts, size_t i)
{
    size_t len;
    const uint8_t *text = base64url_decode(mem, parts->at[i], parts->len[i], &len);
    json_t *object =
        text != NULL ? json_loadb((const char *)text, len, JSON_REJECT_DUPLICATES, NULL) : NULL;

    if (object != NULL && !json_is_object(object)) {
        json_decref(object);
        object = NULL;
    }
    return object;
}

static bool says(const json_t *object, const char *name, const char *value)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text != NULL && strcmp(text, value) == 0;
}

static BIGNUM *number(const void *mem, const json_t *jwk, const char *name)
{
    const char *text = json_string_value(json_object_get(jwk, name));
    size_t len = 0;
    const uint8_t *octets = text != NULL ? base64url_decode(mem, text, strlen(text), &len) : NULL;

    return octets != NULL ? BN_bin2bn(octets, (int)len, NULL) : NULL;
}

static EVP_PKEY *rsa_key(const BIGNUM *n, const BIGNUM *e)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM *params = NULL;

    if (build != NULL && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
        params = OSSL_PARAM_BLD_to_param(build);
    if (ctx == NULL || params == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static EVP_PKEY *read_key(const void *mem, const json_t *jwk)
{
    BIGNUM *n = number(mem, jwk, "n"), *e = number(mem, jwk, "e");
    EVP_PKEY *key = n != NULL && e != NULL ? rsa_key(n, e) : NULL;

    BN_free(n);
    BN_free(e);
    if (key != NULL && EVP_PKEY_get_bits(key) < RSA_BITS_MIN) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    return key;
}

static EVP_PKEY *find_key(const void *mem, const json_t *jwks, const json_t *header)
{
    const char *kid = json_string_value(json_object_get(header, "kid"));
    const json_t *jwk;
    size_t i;

    json_array_foreach(json_object_get(jwks, "keys"), i, jwk)
    {
        const json_t *alg = json_object_get(jwk, "alg"), *use = json_object_get(jwk, "use");
        if (kid != NULL && says(jwk, "kid", kid) && says(jwk, "kty", "RSA") &&
            (alg == NULL || says(jwk, "alg", "RS256")) && (use == NULL || says(jwk, "use", "sig")))
            return read_key(mem, jwk);
    }
    return NULL;
}

static bool is_signed(const void *mem, const struct parts *parts, EVP_PKEY *key)
{
    size_t len = 0;
    const uint8_t *signature = base64url_decode(mem, parts->at[2], parts->len[2], &len);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = signature != NULL && ctx != NULL &&
                EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestVerify(ctx, signature, len, (const unsigned char *)parts->at[0],
                                 parts->len[0] + 1 + parts->len[1]) == 1;

    EVP_MD_CTX_free(ctx);
    return good;
}

static enum jose_fault check(const void *mem, const struct parts *parts, const json_t *header,
                             const char *typ, const json_t *jwks)
{
    if (header == NULL)
        return JOSE_MALFORMED;
    if (!says(header, "alg", "RS256") || json_object_get(header, "crit") != NULL)
        return JOSE_ALGORITHM;
    if (!says(header, "typ", typ))
        return JOSE_TYPE;
    EVP_PKEY *key = find_key(mem, jwks, header);
    if (key == NULL)
        return JOSE_UNKNOWN_KEY;
    bool good = is_signed(mem, parts, key);
    EVP_PKEY_free(key);
    return good ? JOSE_GOOD : JOSE_BAD_SIGNATURE;
}

enum jose_fault jose_verify(const char *token, const char *typ, const json_t *jwks, json_t **claims)
{
    struct parts parts;
    void *mem = talloc_new(NULL);

    if (mem == NULL)
        return JOSE_NO_MEMORY;
    enum jose_fault fault = JOSE_MALFORMED;
    if (split(token, &parts)) {
        json_t *header = decode_object(mem, &parts, 0);
        fault = check(mem, &parts, header, typ, jwks);
        json_decref(header);
    }
    json_t *said = fault == JOSE_GOOD ? decode_object(mem, &parts, 1) : NULL;
    if (fault == JOSE_GOOD && said == NULL)
        fault = JOSE_MALFORMED;
    if (fault == JOSE_GOOD)
        *claims = said;
    talloc_free(mem);
    return fault;
}

const char *jose_fault_words(enum jose_fault fault)
{
    static const char *const words[] = {
        [JOSE_GOOD] = "",
        [JOSE_MALFORMED] = "it is no signed statement",
        [JOSE_ALGORITHM] = "it is not signed by RS256",
        [JOSE_TYPE] = "it is another kind of statement",
        [JOSE_UNKNOWN_KEY] = "it names a key that is not in the set",
        [JOSE_BAD_SIGNATURE] = "its signature is wrong",
        [JOSE_NO_MEMORY] = "memory ran out",
    };

    return words[fault];
}
