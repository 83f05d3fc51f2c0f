/* Own, since the libraries at hand were abandoned or lack JWKS (docs/design.md, "Dependencies").
 * The algorithm is fixed here and never read from anything that came in. */
#include "directory/domain/jose.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/crypto.h"

/* A number of the key as base64url, big-endian, without leading zeros (RFC 7518, 6.3.1). */
static char *number(const void *mem, EVP_PKEY *key, const char *name)
{
    BIGNUM *n = NULL;
    char *text = NULL;

    if (EVP_PKEY_get_bn_param(key, name, &n) != 1)
        return NULL;
    size_t len = (size_t)BN_num_bytes(n);
    unsigned char *octets = talloc_size(NULL, len);
    if (octets != NULL && BN_bn2bin(n, octets) == (int)len)
        text = base64url_encode(mem, octets, len);
    talloc_free(octets);
    BN_free(n);
    return text;
}

json_t *jose_jwk(EVP_PKEY *key, const char *kid)
{
    void *mem = talloc_new(NULL);
    const char *n = number(mem, key, OSSL_PKEY_PARAM_RSA_N);
    const char *e = number(mem, key, OSSL_PKEY_PARAM_RSA_E);
    json_t *jwk = NULL;

    if (n != NULL && e != NULL)
        jwk = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "kty", "RSA", "use", "sig", "alg", "RS256",
                        "kid", kid, "n", n, "e", e);
    talloc_free(mem);
    return jwk;
}

char *jose_thumbprint(const void *mem, EVP_PKEY *key)
{
    void *scratch = talloc_new(NULL);
    const char *n = number(scratch, key, OSSL_PKEY_PARAM_RSA_N);
    const char *e = number(scratch, key, OSSL_PKEY_PARAM_RSA_E);
    const char *members =
        n != NULL && e != NULL
            ? talloc_asprintf(scratch, "{\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"}", e, n)
            : NULL;
    uint8_t hash[SHA256_LEN];
    char *text = NULL;

    if (members != NULL) {
        sha256(members, strlen(members), hash);
        text = base64url_encode(mem, hash, sizeof hash);
    }
    talloc_free(scratch);
    return text;
}

/* A JSON object as base64url. */
static char *encode_json(const void *mem, const json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    char *encoded = text != NULL ? base64url_encode(mem, text, strlen(text)) : NULL;

    free(text);
    return encoded;
}

/* `header.claims`, which is what gets signed. */
static char *signing_input(const void *mem, const char *kid, const char *typ, const json_t *claims)
{
    json_t *header = json_pack("{s:s,s:s,s:s}", "alg", "RS256", "typ", typ, "kid", kid);
    const char *first = header != NULL ? encode_json(mem, header) : NULL;
    const char *second = encode_json(mem, claims);

    json_decref(header);
    return first != NULL && second != NULL ? talloc_asprintf(mem, "%s.%s", first, second) : NULL;
}

static char *sign(const void *mem, EVP_PKEY *key, const char *input)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    const unsigned char *data = (const unsigned char *)input;
    size_t len = (size_t)EVP_PKEY_get_size(key);
    unsigned char *signature = talloc_size(NULL, len);
    char *text = NULL;

    /* RSA's default padding for signatures in OpenSSL is PKCS #1 v1.5, which is RS256. */
    if (ctx != NULL && signature != NULL &&
        EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
        EVP_DigestSign(ctx, signature, &len, data, strlen(input)) == 1)
        text = base64url_encode(mem, signature, len);
    talloc_free(signature);
    EVP_MD_CTX_free(ctx);
    return text;
}

char *jose_sign(const void *mem, EVP_PKEY *key, const char *kid, const char *typ,
                const json_t *claims)
{
    void *scratch = talloc_new(NULL);
    const char *input = signing_input(scratch, kid, typ, claims);
    const char *signature = NULL;
    char *token = NULL;

    if (input != NULL && EVP_PKEY_is_a(key, "RSA"))
        signature = sign(scratch, key, input);
    if (signature != NULL)
        token = talloc_asprintf(mem, "%s.%s", input, signature);
    talloc_free(scratch);
    return token;
}
