/*
 * id_tokens: compact JWS by RS256 or ES256 and nothing else, and the keys (JWKS) that sign them.
 *
 * The algorithm is the key's, never the token's to choose: of a key set only RSA keys marked RS256
 * and P-256 keys marked ES256 are taken, and a token that names another than its key has finds
 * none.
 */
#ifndef TMTPD_JWT_H
#define TMTPD_JWT_H

#include <jansson.h>
#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum jwt_algorithm {
    JWT_RS256, /**< RSA, PKCS#1 v1.5, SHA-256 */
    JWT_ES256  /**< ECDSA on P-256, SHA-256 */
};

/** A token, taken apart but not believed yet. */
struct jwt {
    json_t *header;
    json_t *claims;
    const char *text;  /**< the token, which the caller keeps */
    size_t signed_len; /**< octets of it that the signature covers */
    uint8_t *signature;
    size_t signature_len;
    enum jwt_algorithm algorithm; /**< that it says it is signed by */
};

struct jwks;

/**
 * Take a token apart.
 *
 * @param text token, `header.claims.signature` in base64url without padding
 * @param[out] jwt to be freed by jwt_free, on failure too
 * @return NULL, or why it is no such token
 */
const char *jwt_parse(const char *text, size_t len, struct jwt *jwt);

/** Free what a token holds. */
void jwt_free(struct jwt *jwt);

/** A claim or header member of type string, or NULL. */
const char *jwt_text(const json_t *object, const char *name);

/**
 * What is wrong with the claims, by docs/tmtp.md, section 6, or NULL.
 *
 * @param now_s seconds since 1970
 */
const char *jwt_claims_fault(const json_t *claims, const char *issuer, const char *audience,
                             int64_t now_s);

/** Whether the signature is that of the key, which is one for the token's algorithm. */
bool jwt_verify(const struct jwt *jwt, EVP_PKEY *key) __attribute__((warn_unused_result));

/**
 * Read a key set. A key without a kid, or not an RSA key of 2,048 to 8,192 bits for RS256 or a
 * P-256 key for ES256, is passed over.
 *
 * @return the keys, to be freed by jwks_free; NULL when it is no key set
 */
struct jwks *jwks_parse(const char *text, size_t len) __attribute__((warn_unused_result));

/** Free a key set; NULL will do. */
void jwks_free(struct jwks *jwks);

/** How many keys it has that can be used. */
size_t jwks_count(const struct jwks *jwks);

/** The key of that id and algorithm, which the set keeps; NULL when there is none, or no set. */
EVP_PKEY *jwks_find(const struct jwks *jwks, const char *kid, enum jwt_algorithm algorithm);

/** Whether there is a key of that id, of whatever algorithm. */
bool jwks_knows(const struct jwks *jwks, const char *kid);

#endif
