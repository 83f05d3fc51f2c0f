/*
 * Keys and tokens: the thumbprint of RFC 7638, JWKS without private parts, signatures that hold,
 * and a rotation that keeps what was signed before.
 */
#include "tests/unit/check.h"

#include <dirent.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directory/base/crypto.h"
#include "directory/domain/jose.h"
#include "directory/domain/keys.h"

static struct work work;
static struct config config;
static char folder[] = "/tmp/jose_test.XXXXXX";

static int begin(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    config.oidc_key_dir = folder;
    return work_begin(&work, NULL, NULL, &config) == AGORA_OK ? 0 : -1;
}

/* Calls @a act with every file of the folder. */
static size_t each_file(void (*act)(const char *path))
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    char path[512];
    size_t n = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.' && entry->d_name[1 + (entry->d_name[1] == '.')] == '\0')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        act(path);
        n++;
    }
    closedir(dir);
    return n;
}

static void remove_file(const char *path)
{
    assert_int_equal(unlink(path), 0);
}

static int clear(void **state)
{
    (void)state;
    each_file(remove_file);
    return 0;
}

static int end(void **state)
{
    (void)state;
    work_end(&work);
    return rmdir(folder);
}

/* A public key of a modulus in base64url, exponent 65537. */
static EVP_PKEY *key_of(const char *modulus)
{
    size_t len = 0;
    const uint8_t *octets = base64url_decode(work.mem, modulus, strlen(modulus), &len);
    BIGNUM *n = BN_bin2bn(octets, (int)len, NULL), *e = BN_new();
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    EVP_PKEY *key = NULL;

    assert_true(BN_set_word(e, 65537) && OSSL_PARAM_BLD_push_BN(build, "n", n) &&
                OSSL_PARAM_BLD_push_BN(build, "e", e));
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    assert_true(EVP_PKEY_fromdata_init(ctx) == 1 &&
                EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) == 1);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(ctx);
    BN_free(n);
    BN_free(e);
    return key;
}

/* The example of RFC 7638, section 3.1. */
static const char rfc_modulus[] =
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPeb"
    "WKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368Q"
    "QMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2"
    "NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

static void a_thumbprint_is_that_of_rfc_7638(void **state)
{
    EVP_PKEY *key = key_of(rfc_modulus);

    (void)state;
    assert_string_equal(jose_thumbprint(work.mem, key),
                        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    EVP_PKEY_free(key);
}

static void a_jwk_says_what_stock_servers_need_and_nothing_private(void **state)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
    json_t *jwk = jose_jwk(key, "some-id");

    (void)state;
    assert_string_equal(json_string_value(json_object_get(jwk, "kty")), "RSA");
    assert_string_equal(json_string_value(json_object_get(jwk, "use")), "sig");
    assert_string_equal(json_string_value(json_object_get(jwk, "alg")), "RS256");
    assert_string_equal(json_string_value(json_object_get(jwk, "kid")), "some-id");
    assert_string_equal(json_string_value(json_object_get(jwk, "e")), "AQAB");
    assert_int_equal(strlen(json_string_value(json_object_get(jwk, "n"))), 342);
    assert_int_equal(json_object_size(jwk), 6);
    json_decref(jwk);
    EVP_PKEY_free(key);
}

static void a_key_that_is_not_rsa_signs_nothing(void **state)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    json_t *claims = json_pack("{s:s}", "sub", "x");

    (void)state;
    assert_null(jose_sign(work.mem, key, "k", JOSE_TYP_JWT, claims));
    assert_null(jose_jwk(key, "k"));
    assert_null(jose_thumbprint(work.mem, key));
    json_decref(claims);
    EVP_PKEY_free(key);
}

/* The JSON of one part of a token. */
static json_t *part(const char *token, int n)
{
    size_t len = 0;

    while (n-- > 0)
        token = strchr(token, '.') + 1;
    const uint8_t *text = base64url_decode(work.mem, token, strcspn(token, "."), &len);
    assert_non_null(text);
    return json_loadb((const char *)text, len, JSON_REJECT_DUPLICATES, NULL);
}

/* Whether the token's signature is that of the published key it names. */
static bool holds(const char *token, const char *jwks)
{
    json_t *set = json_loads(jwks, 0, NULL), *header = part(token, 0), *jwk;
    const char *kid = json_string_value(json_object_get(header, "kid"));
    const char *dot = strrchr(token, '.');
    bool ok = false;
    size_t i, len = 0;

    assert_string_equal(json_string_value(json_object_get(header, "alg")), "RS256");
    const uint8_t *signature = base64url_decode(work.mem, dot + 1, strlen(dot + 1), &len);
    assert_non_null(signature);
    json_array_foreach(json_object_get(set, "keys"), i, jwk)
    {
        if (strcmp(json_string_value(json_object_get(jwk, "kid")), kid) != 0)
            continue;
        EVP_PKEY *key = key_of(json_string_value(json_object_get(jwk, "n")));
        EVP_MD_CTX *ctx = EVP_MD_CTX_new();
        ok = EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
             EVP_DigestVerify(ctx, signature, len, (const uint8_t *)token, (size_t)(dot - token)) ==
                 1;
        EVP_MD_CTX_free(ctx);
        EVP_PKEY_free(key);
    }
    json_decref(header);
    json_decref(set);
    return ok;
}

static const char *signed_token(void)
{
    json_t *claims = json_pack("{s:s,s:I,s:[s],s:s}", "aud", "tmtp", "exp", (json_int_t)1795555014,
                               "amr", "pwd", "name", "Zoë Müller");
    const char *token = NULL;

    assert_int_equal(keys_sign(&work, JOSE_TYP_JWT, claims, &token), AGORA_OK);
    json_decref(claims);
    return token;
}

static void a_token_holds_and_a_changed_one_does_not(void **state)
{
    const char *kid = NULL, *jwks = NULL;

    (void)state;
    assert_int_equal(keys_rotate(&work, &kid), AGORA_OK);
    assert_int_equal(keys_published(&work, &jwks), AGORA_OK);
    char *token = talloc_strdup(work.mem, signed_token());
    assert_null(strpbrk(token, "=+/\n"));
    assert_true(holds(token, jwks));
    json_t *claims = part(token, 1);
    assert_true(json_is_integer(json_object_get(claims, "exp")));
    assert_string_equal(json_string_value(json_object_get(claims, "name")), "Zoë Müller");
    json_decref(claims);
    char *claim = strchr(token, '.') + 12;
    *claim = *claim == 'A' ? 'B' : 'A';
    assert_false(holds(token, jwks));
}

static void ignore_file(const char *path)
{
    (void)path;
}

static void a_rotation_keeps_the_key_before_and_no_older_one(void **state)
{
    const char *first = NULL, *second = NULL, *third = NULL, *jwks = NULL;

    (void)state;
    assert_int_equal(keys_rotate(&work, &first), AGORA_OK);
    const char *old = signed_token();
    usleep(2000); /* names tell milliseconds apart */
    assert_int_equal(keys_rotate(&work, &second), AGORA_OK);
    assert_int_equal(keys_published(&work, &jwks), AGORA_OK);
    assert_true(holds(old, jwks));
    json_t *header = part(signed_token(), 0);
    assert_string_equal(json_string_value(json_object_get(header, "kid")), second);
    json_decref(header);
    usleep(2000);
    assert_int_equal(keys_rotate(&work, &third), AGORA_OK);
    assert_int_equal(keys_published(&work, &jwks), AGORA_OK);
    assert_false(holds(old, jwks));
    assert_non_null(strstr(jwks, second));
    assert_non_null(strstr(jwks, third));
    /* The private half is gone; what it signed can still be checked by who asks for all keys. */
    assert_int_equal(each_file(ignore_file), 3);
    assert_int_equal(keys_published_ever(&work, &jwks), AGORA_OK);
    assert_true(holds(old, jwks));
    assert_non_null(strstr(jwks, first));
    assert_null(strstr(jwks, "\"d\""));
}

static void open_to_all(const char *path)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(chmod(path, 0640), 0);
}

static void a_key_that_others_can_read_is_not_used(void **state)
{
    json_t *claims = json_pack("{s:s}", "sub", "x");
    const char *kid, *token = NULL, *jwks = NULL;

    (void)state;
    assert_int_equal(keys_sign(&work, JOSE_TYP_JWT, claims, &token), AGORA_UNAVAILABLE);
    assert_int_equal(keys_rotate(&work, &kid), AGORA_OK);
    each_file(open_to_all);
    assert_int_equal(keys_sign(&work, JOSE_TYP_JWT, claims, &token), AGORA_UNAVAILABLE);
    assert_non_null(strstr(work.error.detail, "others may read it"));
    assert_int_equal(keys_published(&work, &jwks), AGORA_UNAVAILABLE);
    assert_null(token);
    json_decref(claims);
}

static void a_key_of_another_kind_is_not_used(void **state)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    json_t *claims = json_pack("{s:s}", "sub", "x");
    const char *token = NULL, *jwks = NULL;
    char *path = talloc_asprintf(work.mem, "%s/a.pem", folder);

    (void)state;
    FILE *file = fopen(path, "wx");
    assert_non_null(file);
    assert_int_equal(fchmod(fileno(file), 0600), 0);
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    assert_int_equal(keys_sign(&work, JOSE_TYP_JWT, claims, &token), AGORA_UNAVAILABLE);
    assert_non_null(strstr(work.error.detail, "not RSA"));
    assert_int_equal(keys_published(&work, &jwks), AGORA_UNAVAILABLE);
    assert_null(token);
    assert_null(jwks);
    assert_int_equal(truncate(path, 40), 0);
    assert_int_equal(keys_sign(&work, JOSE_TYP_JWT, claims, &token), AGORA_UNAVAILABLE);
    assert_non_null(strstr(work.error.detail, "no private key in PEM"));
    json_decref(claims);
    EVP_PKEY_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thumbprint_is_that_of_rfc_7638),
        cmocka_unit_test(a_jwk_says_what_stock_servers_need_and_nothing_private),
        cmocka_unit_test(a_key_that_is_not_rsa_signs_nothing),
        cmocka_unit_test_setup_teardown(a_token_holds_and_a_changed_one_does_not, NULL, clear),
        cmocka_unit_test_setup_teardown(a_rotation_keeps_the_key_before_and_no_older_one, NULL,
                                        clear),
        cmocka_unit_test_setup_teardown(a_key_that_others_can_read_is_not_used, NULL, clear),
        cmocka_unit_test_setup_teardown(a_key_of_another_kind_is_not_used, NULL, clear),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
