/*
 * id_tokens: what is taken and what is refused, down to single octets.
 */
#include "tmtp-link/server/jwt.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tmtp-link/server/base64url.h"

#define NOW INT64_C(1800000000)

static EVP_PKEY *key;
static EVP_PKEY *curve_key;

/* base64url of octets; to be freed. */
static char *encode(const void *data, size_t len)
{
    size_t room = (len + 2) / 3 * 4 + 1;
    char *text = malloc(room);

    assert_non_null(text);
    EVP_EncodeBlock((unsigned char *)text, data, (int)len);
    for (char *c = text; *c != '\0'; c++) {
        *c = *c == '+' ? '-' : *c == '/' ? '_' : *c == '=' ? '\0' : *c;
    }
    return text;
}

/* A token signed by the key; to be freed. */
static char *sign(const char *header, const char *claims)
{
    char *a = encode(header, strlen(header));
    char *b = encode(claims, strlen(claims));
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char signature[512];
    size_t len = sizeof signature;
    char *c;
    char *text = NULL;

    assert_true(asprintf(&text, "%s.%s", a, b) > 0);
    assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestSign(context, signature, &len, (unsigned char *)text, strlen(text)),
                     1);
    EVP_MD_CTX_free(context);
    free(text);
    c = encode(signature, len);
    assert_true(asprintf(&text, "%s.%s.%s", a, b, c) > 0);
    free(a);
    free(b);
    free(c);
    return text;
}

/* A token signed by a key of an elliptic curve, its signature in the form of a JWS; to be freed. */
static char *sign_es256(const char *header, const char *claims, EVP_PKEY *by)
{
    char *a = encode(header, strlen(header));
    char *b = encode(claims, strlen(claims));
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char der[200];
    const unsigned char *at = der;
    size_t len = sizeof der;
    unsigned char numbers[64];
    ECDSA_SIG *signature;
    char *c;
    char *text = NULL;

    assert_true(asprintf(&text, "%s.%s", a, b) > 0);
    assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, by), 1);
    assert_int_equal(EVP_DigestSign(context, der, &len, (unsigned char *)text, strlen(text)), 1);
    EVP_MD_CTX_free(context);
    free(text);
    signature = d2i_ECDSA_SIG(NULL, &at, (long)len);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(signature), numbers, 32), 32);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(signature), numbers + 32, 32), 32);
    ECDSA_SIG_free(signature);
    c = encode(numbers, sizeof numbers);
    assert_true(asprintf(&text, "%s.%s.%s", a, b, c) > 0);
    free(a);
    free(b);
    free(c);
    return text;
}

static const char good_header[] = "{\"alg\":\"RS256\",\"kid\":\"one\"}";
static const char good_claims[] = "{\"iss\":\"i\",\"aud\":\"a\",\"sub\":\"s\",\"exp\":1800000001}";

static void a_signed_token_verifies_and_no_other_octet_does(void **state)
{
    char *text = sign(good_header, good_claims);
    size_t len = strlen(text);
    struct jwt jwt;

    (void)state;
    assert_null(jwt_parse(text, len, &jwt));
    assert_null(jwt_claims_fault(jwt.claims, "i", "a", NOW));
    assert_true(jwt_verify(&jwt, key));
    jwt_free(&jwt);
    for (size_t i = 0; i < len; i++) {
        char before = text[i];

        text[i] = before == 'A' ? 'B' : 'A';
        assert_true(jwt_parse(text, len, &jwt) != NULL || !jwt_verify(&jwt, key));
        jwt_free(&jwt);
        text[i] = before;
    }
    for (size_t i = 0; i < len; i++) {
        assert_true(jwt_parse(text, i, &jwt) != NULL || !jwt_verify(&jwt, key));
        jwt_free(&jwt);
    }
    free(text);
}

static void an_es256_token_verifies_and_no_other_octet_does(void **state)
{
    char *text = sign_es256("{\"alg\":\"ES256\",\"kid\":\"one\"}", good_claims, curve_key);
    size_t len = strlen(text);
    struct jwt jwt;

    (void)state;
    assert_null(jwt_parse(text, len, &jwt));
    assert_int_equal(jwt.algorithm, JWT_ES256);
    assert_true(jwt_verify(&jwt, curve_key));
    jwt_free(&jwt);
    for (size_t i = 0; i < len; i++) {
        char before = text[i];

        text[i] = before == 'A' ? 'B' : 'A';
        assert_true(jwt_parse(text, len, &jwt) != NULL || !jwt_verify(&jwt, curve_key));
        jwt_free(&jwt);
        text[i] = before;
        assert_true(jwt_parse(text, i, &jwt) != NULL || !jwt_verify(&jwt, curve_key));
        jwt_free(&jwt);
    }
    free(text);
}

static void a_key_verifies_its_own_algorithm_only(void **state)
{
    char *rsa = sign(good_header, good_claims);
    char *mixed = sign("{\"alg\":\"ES256\",\"kid\":\"one\"}", good_claims);
    char *ec = sign_es256(good_header, good_claims, curve_key);
    struct jwt jwt;

    (void)state;
    assert_null(jwt_parse(rsa, strlen(rsa), &jwt));
    assert_false(jwt_verify(&jwt, curve_key));
    jwt_free(&jwt);
    assert_null(jwt_parse(mixed, strlen(mixed), &jwt)); /* says ES256, signed by RSA */
    assert_false(jwt_verify(&jwt, key));
    assert_false(jwt_verify(&jwt, curve_key));
    jwt_free(&jwt);
    assert_null(jwt_parse(ec, strlen(ec), &jwt)); /* says RS256, signed by the curve */
    assert_false(jwt_verify(&jwt, curve_key));
    assert_false(jwt_verify(&jwt, key));
    jwt_free(&jwt);
    free(rsa);
    free(mixed);
    free(ec);
}

static void only_rs256_or_es256_with_a_kid_and_nothing_critical(void **state)
{
    static const char *const headers[] = {
        "{}",
        "{\"alg\":\"none\",\"kid\":\"one\"}",
        "{\"alg\":\"HS256\",\"kid\":\"one\"}",
        "{\"alg\":\"rs256\",\"kid\":\"one\"}",
        "{\"alg\":\"ES384\",\"kid\":\"one\"}",
        "{\"alg\":\"PS256\",\"kid\":\"one\"}",
        "{\"alg\":\"RS256\"}",
        "{\"alg\":\"RS256\",\"kid\":1}",
        "{\"alg\":\"RS256\",\"kid\":\"one\",\"crit\":[]}",
        "{\"alg\":\"RS256\",\"kid\":\"one\",\"kid\":\"one\"}",
        "[]",
    };

    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        char *text = sign(headers[i], good_claims);
        struct jwt jwt;

        assert_non_null(jwt_parse(text, strlen(text), &jwt));
        jwt_free(&jwt);
        free(text);
    }
}

static const char *fault(const char *claims)
{
    json_t *object = json_loads(claims, 0, NULL);
    const char *why = jwt_claims_fault(object, "i", "a", NOW);

    assert_non_null(object);
    json_decref(object);
    return why;
}

static void claims_have_their_types_and_times(void **state)
{
    (void)state;
    assert_null(
        fault("{\"iss\":\"i\",\"aud\":\"a\",\"sub\":\"s\",\"exp\":1800000001,\"iat\":0,\"ver\":1,"
              "\"auth_time\":5,\"amr\":[\"x\"],\"jti\":\"j\",\"nbf\":1800000060}"));
    assert_non_null(fault("{\"iss\":\"i\",\"aud\":\"a\",\"sub\":\"s\",\"exp\":1800000000}"));
    assert_non_null(fault("{\"iss\":\"i\",\"aud\":\"a\",\"sub\":\"s\",\"exp\":1800000001.0}"));
    assert_non_null(fault("{\"iss\":\"i\",\"aud\":\"a\",\"sub\":\"s\",\"exp\":\"1800000001\"}"));
    assert_non_null(fault("{\"iss\":\"i\",\"aud\":\"a\",\"sub\":\"s\"}"));
    assert_non_null(fault("{\"iss\":\"i\",\"aud\":[\"a\"],\"sub\":\"s\",\"exp\":1800000001}"));
    assert_non_null(fault("{\"iss\":\"j\",\"aud\":\"a\",\"sub\":\"s\",\"exp\":1800000001}"));
    assert_non_null(fault("{\"iss\":\"i\",\"aud\":\"a\",\"sub\":\"\",\"exp\":1800000001}"));
    assert_non_null(fault("{\"iss\":\"i\",\"aud\":\"a\",\"exp\":1800000001}"));
    assert_non_null(
        fault("{\"iss\":\"i\",\"aud\":\"a\",\"sub\":\"s\",\"exp\":1800000001,\"iat\":-1}"));
    assert_non_null(fault(
        "{\"iss\":\"i\",\"aud\":\"a\",\"sub\":\"s\",\"exp\":1800000001,\"iat\":253402300800}"));
    assert_non_null(
        fault("{\"iss\":\"i\",\"aud\":\"a\",\"sub\":\"s\",\"exp\":1800000001,\"nbf\":1800000061}"));
    assert_non_null(
        fault("{\"iss\":\"i\",\"aud\":\"a\",\"sub\":\"s\",\"exp\":1800000001,\"amr\":[1]}"));
}

/* A set with one key: these members, and the key's modulus and exponent. */
static struct jwks *set_of(const char *members, const char *n, const char *e)
{
    json_t *jwk = json_loads(members, 0, NULL);
    json_t *set = json_pack("{s:[o]}", "keys", jwk);
    char *text;
    struct jwks *jwks;

    json_object_set_new(jwk, "n", json_string(n));
    json_object_set_new(jwk, "e", json_string(e));
    text = json_dumps(set, 0);
    assert_non_null(text);
    jwks = jwks_parse(text, strlen(text));
    free(text);
    json_decref(set);
    return jwks;
}

static char *number(const char *name)
{
    BIGNUM *n = NULL;
    unsigned char octets[512];

    assert_int_equal(EVP_PKEY_get_bn_param(key, name, &n), 1);
    BN_bn2bin(n, octets);
    char *text = encode(octets, (size_t)BN_num_bytes(n));
    BN_free(n);
    return text;
}

static void a_set_gives_the_key_that_verifies(void **state)
{
    char *n = number(OSSL_PKEY_PARAM_RSA_N);
    char *e = number(OSSL_PKEY_PARAM_RSA_E);
    char *text = sign(good_header, good_claims);
    struct jwks *set = set_of("{\"kty\":\"RSA\",\"alg\":\"RS256\",\"kid\":\"one\"}", n, e);
    struct jwt jwt;

    (void)state;
    assert_int_equal(jwks_count(set), 1);
    assert_null(jwks_find(set, "two", JWT_RS256));
    assert_null(jwt_parse(text, strlen(text), &jwt));
    assert_true(jwt_verify(&jwt, jwks_find(set, "one", JWT_RS256)));
    jwt_free(&jwt);
    jwks_free(set);
    free(n);
    free(e);
    free(text);
}

/* The curve key's coordinate, into @a text of base64url. */
static char *coordinate(const char *name)
{
    BIGNUM *n = NULL;
    unsigned char octets[32];

    assert_int_equal(EVP_PKEY_get_bn_param(curve_key, name, &n), 1);
    assert_int_equal(BN_bn2binpad(n, octets, sizeof octets), 32);
    BN_free(n);
    return encode(octets, sizeof octets);
}

/* A set of one key of a curve. */
static struct jwks *curve_set(const char *members, const char *x, const char *y)
{
    json_t *jwk = json_loads(members, 0, NULL);
    json_t *set = json_pack("{s:[o]}", "keys", jwk);
    char *text;
    struct jwks *jwks;

    json_object_set_new(jwk, "x", json_string(x));
    json_object_set_new(jwk, "y", json_string(y));
    text = json_dumps(set, 0);
    assert_non_null(text);
    jwks = jwks_parse(text, strlen(text));
    free(text);
    json_decref(set);
    return jwks;
}

static void a_curve_key_is_found_by_its_own_algorithm_only(void **state)
{
    static const char members[] =
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"ES256\",\"kid\":\"one\",\"use\":\"sig\"}";
    char *x = coordinate(OSSL_PKEY_PARAM_EC_PUB_X);
    char *y = coordinate(OSSL_PKEY_PARAM_EC_PUB_Y);
    char *text = sign_es256("{\"alg\":\"ES256\",\"kid\":\"one\"}", good_claims, curve_key);
    struct jwks *set = curve_set(members, x, y);
    struct jwt jwt;

    (void)state;
    assert_int_equal(jwks_count(set), 1);
    assert_null(jwks_find(set, "one", JWT_RS256));
    assert_true(jwks_knows(set, "one"));
    assert_false(jwks_knows(set, "two"));
    assert_null(jwt_parse(text, strlen(text), &jwt));
    assert_true(jwt_verify(&jwt, jwks_find(set, "one", JWT_ES256)));
    jwt_free(&jwt);
    jwks_free(set);
    free(x);
    free(y);
    free(text);
}

static void a_curve_key_that_is_none_is_passed_over(void **state)
{
    static const char *const others[] = {
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"RS256\",\"kid\":\"one\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-384\",\"alg\":\"ES256\",\"kid\":\"one\"}",
        "{\"kty\":\"EC\",\"alg\":\"ES256\",\"kid\":\"one\"}",
        "{\"kty\":\"RSA\",\"crv\":\"P-256\",\"alg\":\"ES256\",\"kid\":\"one\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"ES256\"}",
    };
    static const char good[] =
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"ES256\",\"kid\":\"one\"}";
    char *x = coordinate(OSSL_PKEY_PARAM_EC_PUB_X);
    char *y = coordinate(OSSL_PKEY_PARAM_EC_PUB_Y);
    const char *const points[][2] = {{x, x},
                                     {"AA", y},
                                     {x, ""},
                                     {"not base64url", y},
                                     {good, y}}; /* the first is off the curve */

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct jwks *set = curve_set(others[i], x, y);

        assert_int_equal(jwks_count(set), 0);
        jwks_free(set);
    }
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        struct jwks *set = curve_set(good, points[i][0], points[i][1]);

        assert_int_equal(jwks_count(set), 0);
        jwks_free(set);
    }
    free(x);
    free(y);
}

static void an_exponent_is_odd_and_not_one(void **state)
{
    static const char members[] = "{\"kty\":\"RSA\",\"alg\":\"RS256\",\"kid\":\"one\"}";
    static const struct {
        const char *e;
        size_t count;
    } exponents[] = {{"AQAB", 1}, {"Aw", 1}, {"AQ", 0}, {"Ag", 0}, {"", 0}, {"AQAAAAAAAAAAAQ", 0}};
    char *n = number(OSSL_PKEY_PARAM_RSA_N);

    (void)state;
    for (size_t i = 0; i < sizeof exponents / sizeof *exponents; i++) {
        struct jwks *set = set_of(members, n, exponents[i].e);

        assert_int_equal(jwks_count(set), exponents[i].count);
        jwks_free(set);
    }
    free(n);
}

static void keys_for_other_uses_are_passed_over(void **state)
{
    static const char *const others[] = {
        "{\"kty\":\"EC\",\"alg\":\"RS256\",\"kid\":\"one\"}",
        "{\"kty\":\"RSA\",\"alg\":\"RS512\",\"kid\":\"one\"}",
        "{\"kty\":\"RSA\",\"kid\":\"one\"}",
        "{\"kty\":\"RSA\",\"alg\":\"RS256\"}",
        "{\"kty\":\"RSA\",\"alg\":\"RS256\",\"kid\":1}",
        "{\"kty\":\"RSA\",\"alg\":\"RS256\",\"kid\":\"one\",\"use\":\"enc\"}",
    };
    static const char good[] = "{\"kty\":\"RSA\",\"alg\":\"RS256\",\"kid\":\"one\"}";
    char *n = number(OSSL_PKEY_PARAM_RSA_N);
    char *e = number(OSSL_PKEY_PARAM_RSA_E);
    struct jwks *set;

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        set = set_of(others[i], n, e);
        assert_non_null(set);
        assert_int_equal(jwks_count(set), 0);
        jwks_free(set);
    }
    set = set_of(good, e, n); /* the wrong way round: three octets of modulus */
    assert_int_equal(jwks_count(set), 0);
    jwks_free(set);
    set = set_of(good, "not base64url", e);
    assert_int_equal(jwks_count(set), 0);
    jwks_free(set);
    assert_null(jwks_parse("{}", 2));
    assert_null(jwks_parse("[]", 2));
    assert_null(jwks_parse("", 0));
    free(n);
    free(e);
}

static void base64url_has_one_way_to_write_octets(void **state)
{
    static const char *const wrong[] = {"A",  "AAAAA", "AB==", "AB=", "A+",
                                        "A/", "AB",    "AAB",  "A A", "\n"};
    size_t len = 7;
    uint8_t *octets = base64url_decode("-_8", 3, &len);

    (void)state;
    assert_int_equal(len, 2);
    assert_memory_equal(octets, "\xfb\xff", 2);
    free(octets);
    octets = base64url_decode("", 0, &len);
    assert_non_null(octets);
    assert_int_equal(len, 0);
    free(octets);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_null(base64url_decode(wrong[i], strlen(wrong[i]), &len));
    }
}

static int make_key(void **state)
{
    (void)state;
    key = EVP_RSA_gen(2048);
    curve_key = EVP_EC_gen("P-256");
    return key == NULL || curve_key == NULL;
}

static int free_key(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    EVP_PKEY_free(curve_key);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_token_verifies_and_no_other_octet_does),
        cmocka_unit_test(only_rs256_or_es256_with_a_kid_and_nothing_critical),
        cmocka_unit_test(an_es256_token_verifies_and_no_other_octet_does),
        cmocka_unit_test(a_key_verifies_its_own_algorithm_only),
        cmocka_unit_test(a_curve_key_is_found_by_its_own_algorithm_only),
        cmocka_unit_test(a_curve_key_that_is_none_is_passed_over),
        cmocka_unit_test(an_exponent_is_odd_and_not_one),
        cmocka_unit_test(claims_have_their_types_and_times),
        cmocka_unit_test(a_set_gives_the_key_that_verifies),
        cmocka_unit_test(keys_for_other_uses_are_passed_over),
        cmocka_unit_test(base64url_has_one_way_to_write_octets),
    };

    return cmocka_run_group_tests(tests, make_key, free_key);
}
