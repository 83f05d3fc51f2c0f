/*
 * Checking signed statements: every single change of a good one is refused, whatever stands in the
 * set of keys; and the keyed hash, by the published test vector.
 */
#include "tests/unit/check.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/crypto.h"
#include "directory/domain/jose.h"
#include "directory/domain/jose_verify.h"

#define TYP "test+jwt"

static EVP_PKEY *key, *short_key;
static json_t *jwks;
static char *token;

static json_t *set_of(EVP_PKEY *one, const char *kid)
{
    return json_pack("{s:[o]}", "keys", jose_jwk(one, kid));
}

static int begin(void **state)
{
    (void)state;
    key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
    short_key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);
    jwks = set_of(key, "k");
    json_t *claims = json_pack("{s:s,s:i}", "sub", "x", "n", 7);
    token = jose_sign(NULL, key, "k", TYP, claims);
    json_decref(claims);
    return key != NULL && short_key != NULL && token != NULL ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    talloc_free(token);
    json_decref(jwks);
    EVP_PKEY_free(key);
    EVP_PKEY_free(short_key);
    return 0;
}

/* The fault found; a good one is looked at. */
static enum jose_fault found(const char *text, const char *typ, const json_t *keys)
{
    json_t *claims = NULL;
    enum jose_fault fault = jose_verify(text, typ, keys, &claims);

    assert_true((fault == JOSE_GOOD) == (claims != NULL));
    if (claims != NULL)
        assert_int_equal(json_integer_value(json_object_get(claims, "n")), 7);
    json_decref(claims);
    return fault;
}

static void a_good_one_is_read(void **state)
{
    (void)state;
    assert_int_equal(found(token, TYP, jwks), JOSE_GOOD);
    assert_int_equal(found(token, "JWT", jwks), JOSE_TYPE);
}

static void every_change_of_one_character_is_refused(void **state)
{
    size_t len = strlen(token);
    char *text = talloc_strdup(NULL, token);

    (void)state;
    for (size_t i = 0; i < len; i++) {
        text[i] = token[i] == 'A' ? 'B' : 'A';
        assert_int_not_equal(found(text, TYP, jwks), JOSE_GOOD);
        text[i] = token[i];
    }
    for (size_t i = 0; i < len; i++) {
        char *cut = talloc_strndup(text, token, i);
        assert_int_not_equal(found(cut, TYP, jwks), JOSE_GOOD);
        talloc_free(cut);
    }
    talloc_free(text);
}

static void only_a_long_rsa_key_of_that_id_counts(void **state)
{
    json_t *other = set_of(key, "other"), *weak = set_of(short_key, "k");
    json_t *none = json_object(), *odd = json_pack("{s:[i,s,{s:s}]}", "keys", 1, "x", "kid", "k");

    (void)state;
    assert_int_equal(found(token, TYP, other), JOSE_UNKNOWN_KEY);
    assert_int_equal(found(token, TYP, weak), JOSE_UNKNOWN_KEY);
    assert_int_equal(found(token, TYP, none), JOSE_UNKNOWN_KEY);
    assert_int_equal(found(token, TYP, odd), JOSE_UNKNOWN_KEY);
    json_decref(other);
    json_decref(weak);
    json_decref(none);
    json_decref(odd);
}

static void a_key_for_something_else_does_not_count(void **state)
{
    json_t *jwk = json_array_get(json_object_get(jwks, "keys"), 0);

    (void)state;
    json_object_set_new(jwk, "alg", json_string("PS256"));
    assert_int_equal(found(token, TYP, jwks), JOSE_UNKNOWN_KEY);
    json_object_set_new(jwk, "alg", json_string("RS256"));
    json_object_set_new(jwk, "use", json_string("enc"));
    assert_int_equal(found(token, TYP, jwks), JOSE_UNKNOWN_KEY);
    json_object_set_new(jwk, "use", json_string("sig"));
    assert_int_equal(found(token, TYP, jwks), JOSE_GOOD);
}

/* A statement with this header, rightly signed by RS256 whatever the header says. */
static char *signed_under(const char *header)
{
    const char *claims = "{\"n\":7}";
    char *text = talloc_asprintf(NULL, "%s.%s", base64url_encode(token, header, strlen(header)),
                                 base64url_encode(token, claims, strlen(claims)));
    unsigned char signature[256];
    size_t len = sizeof signature;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    assert_int_equal(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestSign(ctx, signature, &len, (unsigned char *)text, strlen(text)), 1);
    EVP_MD_CTX_free(ctx);
    return talloc_asprintf_append(text, ".%s", base64url_encode(token, signature, len));
}

static void another_algorithm_or_an_unknown_extension_is_refused(void **state)
{
    static const struct {
        const char *header;
        enum jose_fault fault;
    } tries[] = {
        {"{\"alg\":\"RS256\",\"typ\":\"" TYP "\",\"kid\":\"k\"}", JOSE_GOOD},
        {"{\"alg\":\"none\",\"typ\":\"" TYP "\",\"kid\":\"k\"}", JOSE_ALGORITHM},
        {"{\"alg\":\"HS256\",\"typ\":\"" TYP "\",\"kid\":\"k\"}", JOSE_ALGORITHM},
        {"{\"alg\":\"rs256\",\"typ\":\"" TYP "\",\"kid\":\"k\"}", JOSE_ALGORITHM},
        {"{\"typ\":\"" TYP "\",\"kid\":\"k\"}", JOSE_ALGORITHM},
        {"{\"alg\":\"RS256\",\"typ\":\"" TYP "\",\"kid\":\"k\",\"crit\":[\"b64\"]}",
         JOSE_ALGORITHM},
        {"{\"alg\":\"RS256\",\"kid\":\"k\"}", JOSE_TYPE},
        {"{\"alg\":\"RS256\",\"typ\":\"" TYP "\"}", JOSE_UNKNOWN_KEY},
    };

    (void)state;
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        char *text = signed_under(tries[i].header);
        assert_int_equal(found(text, TYP, jwks), tries[i].fault);
        talloc_free(text);
    }
}

static void every_fault_has_words(void **state)
{
    (void)state;
    assert_string_equal(jose_fault_words(JOSE_GOOD), "");
    for (int fault = JOSE_MALFORMED; fault <= JOSE_NO_MEMORY; fault++)
        assert_true(strlen(jose_fault_words((enum jose_fault)fault)) > 0);
}

/* RFC 4231, 4.3. */
static void the_keyed_hash_is_hmac_sha_256(void **state)
{
    char hex[2 * SHA256_LEN + 1];

    (void)state;
    assert_true(hmac_sha256_hex("Jefe", 4, "what do ya want for nothing?", 28, hex));
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_one_is_read),
        cmocka_unit_test(every_change_of_one_character_is_refused),
        cmocka_unit_test(only_a_long_rsa_key_of_that_id_counts),
        cmocka_unit_test(a_key_for_something_else_does_not_count),
        cmocka_unit_test(another_algorithm_or_an_unknown_extension_is_refused),
        cmocka_unit_test(every_fault_has_words),
        cmocka_unit_test(the_keyed_hash_is_hmac_sha_256),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
