/* Receipts: one that is rightly signed holds for its time, its version and its site's members
 * alone. */
#include "tests/unit/check.h"

#include <jansson.h>
#include <openssl/evp.h>

#include "directory/domain/jose.h"
#include "directory/domain/receipt.h"

enum { MADE = 1780000000, DAY = 86400, UNTIL = MADE + 30 * DAY };

#define SITE "https://agora.example.org"

static EVP_PKEY *key;
static json_t *jwks;
static struct work w;

static int begin(void **state)
{
    (void)state;
    key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
    jwks = key != NULL ? json_pack("{s:[o]}", "keys", jose_jwk(key, "k")) : NULL;
    return jwks == NULL || work_begin(&w, NULL, NULL, NULL) != AGORA_OK;
}

static int end(void **state)
{
    (void)state;
    work_end(&w);
    json_decref(jwks);
    EVP_PKEY_free(key);
    return 0;
}

/* A sound receipt, with one claim otherwise (or left out) where @a name is given. */
static char *make(const char *typ, const char *name, json_t *value)
{
    json_t *claims = json_pack("{s:s,s:s,s:s,s:i,s:i}", "iss", SITE, "sub", SITE "/m/ada", "vct",
                               RECEIPT_VCT, "iat", MADE, "exp", UNTIL);

    if (name != NULL && value == NULL)
        json_object_del(claims, name);
    else if (name != NULL)
        json_object_set_new(claims, name, value);
    char *token = jose_sign(w.mem, key, "k", typ, claims);
    json_decref(claims);
    assert_non_null(token);
    return token;
}

static bool holds(const char *token, int64_t now_s)
{
    json_t *claims = NULL;
    enum agora_status s = receipt_verify(&w, token, jwks, now_s, &claims);

    assert_true(s == AGORA_OK || (s == AGORA_CONFLICT && claims == NULL));
    json_decref(claims);
    return s == AGORA_OK;
}

static void it_holds_from_its_making_to_its_end(void **state)
{
    const char *token = make(RECEIPT_TYP, NULL, NULL);

    (void)state;
    assert_true(holds(token, MADE));
    assert_true(holds(token, UNTIL - 1));
    assert_false(holds(token, UNTIL));
    assert_true(holds(token, MADE - 300)); /* clocks that differ by five minutes */
    assert_false(holds(token, MADE - 301));
}

static void one_that_lacks_or_changes_a_claim_does_not_hold(void **state)
{
    static const char *const names[] = {"iss", "sub", "vct", "iat", "exp"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_false(holds(make(RECEIPT_TYP, names[i], NULL), MADE));
        assert_false(holds(make(RECEIPT_TYP, names[i], json_null()), MADE));
        assert_false(holds(make(RECEIPT_TYP, names[i], json_string("x")), MADE));
    }
    assert_false(holds(make(RECEIPT_TYP, "exp", json_real(UNTIL)), MADE));
    assert_false(holds(make("JWT", NULL, NULL), MADE));
}

/* A name that begins with the site's is another site's. */
static void it_speaks_of_its_own_sites_members_alone(void **state)
{
    (void)state;
    assert_false(holds(make(RECEIPT_TYP, "sub", json_string(SITE ".evil.example/m/ada")), MADE));
    assert_false(holds(make(RECEIPT_TYP, "sub", json_string(SITE)), MADE));
    assert_false(holds(make(RECEIPT_TYP, "iss", json_string("")), MADE));
    assert_true(holds(make(RECEIPT_TYP, "sub", json_string(SITE "/m/bob")), MADE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_holds_from_its_making_to_its_end),
        cmocka_unit_test(one_that_lacks_or_changes_a_claim_does_not_hold),
        cmocka_unit_test(it_speaks_of_its_own_sites_members_alone),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
