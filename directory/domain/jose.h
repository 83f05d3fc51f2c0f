/* The little of JOSE that an OpenID provider needs, on OpenSSL: public RSA keys as JWK, their
 * thumbprints, and compact JWS signed by RS256 and nothing else. */
#ifndef AGORA_DOMAIN_JOSE_H
#define AGORA_DOMAIN_JOSE_H

#include <jansson.h>
#include <openssl/types.h>

/**
 * A public key as a JWK, with use, alg and kid.
 *
 * @param key RSA key, private or public
 * @param kid its id
 * @return new object, to be freed by json_decref(); NULL when memory ran out or the key is not RSA
 */
json_t *jose_jwk(EVP_PKEY *key, const char *kid);

/**
 * The thumbprint of a key (RFC 7638): SHA-256 over its members in their one order.
 *
 * @param mem talloc parent of the text
 * @param key RSA key
 * @return 43 characters of base64url; NULL when memory ran out or the key is not RSA
 */
char *jose_thumbprint(const void *mem, EVP_PKEY *key);

#define JOSE_TYP_JWT "JWT"

/**
 * Sign claims as a compact JWS: {"alg":"RS256","typ":…,"kid":…}.
 *
 * @param mem    talloc parent of the token
 * @param key    private RSA key
 * @param kid    its id, as published
 * @param typ    what kind of statement it is, so that one is never taken for another (RFC 8725,
 *               3.11): JOSE_TYP_JWT for an id_token
 * @param claims object
 * @return token without padding; NULL when memory ran out or OpenSSL refused
 * @see RFC 7515, docs/tmtp.md section 6
 */
char *jose_sign(const void *mem, EVP_PKEY *key, const char *kid, const char *typ,
                const json_t *claims);

#endif
