/*
 * Passwords: which may be chosen, and that hashing them takes turns and as long for nobody as for
 * somebody.
 */
#include "tests/unit/check.h"

#include <pthread.h>
#include <sodium.h>

#include "directory/base/clock.h"
#include "directory/domain/code.h"
#include "directory/domain/password.h"
#include "directory/domain/password_common.h"

static struct work work;

static int begin(void **state)
{
    (void)state;
    assert_true(sodium_init() >= 0);
    return work_begin(&work, NULL, NULL, NULL) == AGORA_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    work_end(&work);
    return 0;
}

static enum agora_status check(const char *password, size_t min)
{
    return password_check(&work, password, min, "ann.example@example.org");
}

static void length_counts_in_characters(void **state)
{
    char longest[2 * PASSWORD_MAX + 3];

    (void)state;
    assert_int_equal(check("elf zeichen", PASSWORD_MIN), AGORA_INVALID_FIELD);
    assert_string_equal(work.error.pointer, "/password");
    assert_int_equal(check("zwölf zeichn", PASSWORD_MIN), AGORA_OK);
    assert_int_equal(check("fourteen chars", PASSWORD_MIN_ROLE), AGORA_INVALID_FIELD);
    assert_int_equal(check("fifteen letters", PASSWORD_MIN_ROLE), AGORA_OK);
    assert_false(password_is_strong("fourteen chars"));
    assert_true(password_is_strong("fifteen letters"));
    for (size_t i = 0; i <= PASSWORD_MAX; i++)
        memcpy(longest + 2 * i, i % 3 == 0 ? "é" : "à", 3);
    assert_int_equal(check(longest, PASSWORD_MIN), AGORA_INVALID_FIELD);
    longest[2 * PASSWORD_MAX] = '\0';
    assert_int_equal(check(longest, PASSWORD_MIN), AGORA_OK);
}

static void what_guessers_try_first_is_refused(void **state)
{
    static const char *const common[] = {
        "passwordpassword", "Password123456",   "iloveyou2024!!",      "correcthorsebatterystaple",
        "123456789012",     "aaaaaaaaaaaa",     "abababababab",        "abcdefghijkl",
        "lkjihgfedcba",     "qwertyuiop[]",     "monkeymonkey",        "agoraagoraagora",
        "1234512345123451", "!!!liverpool!!!!", "zxcvbnm,./zxcvbnm,./"};
    static const char *const fine[] = {"a long enough password", "example only 2026",
                                       "monkeys eat no pepper", "vivid-otter-lamp-43",
                                       "Straße nach Süden 7"};

    (void)state;
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        assert_int_equal(check(common[i], PASSWORD_MIN), AGORA_INVALID_FIELD);
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
        assert_int_equal(check(fine[i], PASSWORD_MIN), AGORA_OK);
}

static void the_address_is_no_password(void **state)
{
    (void)state;
    assert_int_equal(check("Ann.Example@example.org", PASSWORD_MIN), AGORA_INVALID_FIELD);
}

static void a_hash_knows_its_password_only(void **state)
{
    const char *hash = NULL, *again = NULL;
    bool right = false;

    (void)state;
    assert_int_equal(password_hash(&work, "a long enough password", &hash), AGORA_OK);
    assert_int_equal(password_hash(&work, "a long enough password", &again), AGORA_OK);
    assert_int_equal(strncmp(hash, "$argon2id$v=19$m=65536,t=2,p=1$", 31), 0);
    assert_string_not_equal(hash, again);
    assert_int_equal(password_verify(&work, hash, "a long enough password", &right), AGORA_OK);
    assert_true(right);
    assert_int_equal(password_verify(&work, hash, "A long enough password", &right), AGORA_OK);
    assert_false(right);
}

static int64_t time_of(const char *stored)
{
    int64_t best = INT64_MAX;
    bool right = true;

    for (int i = 0; i < 5; i++) {
        int64_t begun = monotonic_us();
        assert_int_equal(password_verify(&work, stored, "some other password", &right), AGORA_OK);
        assert_false(right);
        int64_t took = monotonic_us() - begun;
        best = took < best ? took : best;
    }
    return best;
}

static void nobody_takes_as_long_as_somebody(void **state)
{
    const char *hash = NULL;

    (void)state;
    assert_int_equal(password_hash(&work, "a long enough password", &hash), AGORA_OK);
    int64_t known = time_of(hash), unknown = time_of(NULL);
    assert_true(unknown > known / 2);
    assert_true(unknown < known * 2);
}

enum { CROWD = 40, AT_ONCE = 2, QUEUE = 16 };

static void *hash_one(void *begin_together)
{
    struct work w;
    const char *hash = NULL;
    size_t status = AGORA_INTERNAL;

    pthread_barrier_wait(begin_together);
    if (work_begin(&w, NULL, NULL, NULL) == AGORA_OK) {
        status = password_hash(&w, "a long enough password", &hash);
        work_end(&w);
    }
    return (void *)status;
}

/* Forty at once: those that find no place are told so, nobody else fails, and the places come back.
 */
static void too_many_at_once_are_sent_away(void **state)
{
    pthread_t threads[CROWD];
    pthread_barrier_t together;
    size_t done = 0, away = 0;
    void *status;
    const char *hash;

    (void)state;
    assert_int_equal(pthread_barrier_init(&together, NULL, CROWD), 0);
    for (size_t i = 0; i < CROWD; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_one, &together), 0);
    for (size_t i = 0; i < CROWD; i++) {
        assert_int_equal(pthread_join(threads[i], &status), 0);
        done += (size_t)status == AGORA_OK;
        away += (size_t)status == AGORA_UNAVAILABLE;
    }
    pthread_barrier_destroy(&together);
    assert_int_equal(done + away, CROWD);
    assert_true(done >= AT_ONCE + QUEUE);
    assert_true(away > 0);
    assert_int_equal(password_hash(&work, "a long enough password", &hash), AGORA_OK);
}

static void a_code_is_read_as_people_type_it(void **state)
{
    struct code code, other;
    char hash[2 * SHA256_LEN + 1], same[2 * SHA256_LEN + 1];

    (void)state;
    code_make(&code);
    code_make(&other);
    assert_int_equal(strlen(code.text), 14);
    assert_int_equal(code.text[4], '-');
    assert_int_equal(strspn(code.text, "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), 14);
    assert_string_not_equal(code.text, other.text);
    code_hash(code.text, hash);
    assert_string_equal(hash, code.hash);
    code_hash("0123-4567-89AB", hash);
    code_hash(" ol2345 6789ab", same);
    assert_string_equal(hash, same);
    code_hash("(\"0123-4567-89ab\").", same);
    assert_string_equal(hash, same);
    code_hash("0123-4567-89AC", same);
    assert_string_not_equal(hash, same);
    code_hash("0123-4567-89AB-C", same);
    assert_string_not_equal(hash, same);
    code_hash("", same);
    assert_string_not_equal(hash, same);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(length_counts_in_characters),
        cmocka_unit_test(what_guessers_try_first_is_refused),
        cmocka_unit_test(the_address_is_no_password),
        cmocka_unit_test(a_hash_knows_its_password_only),
        cmocka_unit_test(nobody_takes_as_long_as_somebody),
        cmocka_unit_test(too_many_at_once_are_sent_away),
        cmocka_unit_test(a_code_is_read_as_people_type_it),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
