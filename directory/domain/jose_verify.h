/* Checking a compact JWS against a JWKS: RS256 and the kind of statement are fixed by the caller,
 * never read from what came in. */
#ifndef AGORA_DOMAIN_JOSE_VERIFY_H
#define AGORA_DOMAIN_JOSE_VERIFY_H

#include <jansson.h>

enum jose_fault {
    JOSE_GOOD,
    JOSE_MALFORMED,     /* not three parts of base64url with JSON objects in the first two */
    JOSE_ALGORITHM,     /* not signed by RS256, or with extensions that are not known */
    JOSE_TYPE,          /* another kind of statement */
    JOSE_UNKNOWN_KEY,   /* no RSA key of that id in the set, or one that is too short */
    JOSE_BAD_SIGNATURE, /* it was changed, or signed by somebody else */
    JOSE_NO_MEMORY
};

/**
 * Check a compact JWS.
 *
 * Neither times nor who issued it are looked at: that is the caller's.
 *
 * @param token       text without white space around it
 * @param typ         what its header must say it is
 * @param jwks        JWKS, {"keys": […]}
 * @param[out] claims new object, to be freed by json_decref(); only when JOSE_GOOD
 * @return JOSE_GOOD or what is wrong
 * @see RFC 7515, 5.2; RFC 8725, 3.1 and 3.11
 */
enum jose_fault jose_verify(const char *token, const char *typ, const json_t *jwks,
                            json_t **claims);

/** What a fault means, in words; "" for JOSE_GOOD. */
const char *jose_fault_words(enum jose_fault fault);

#endif
