/* Sealed pieces of evidence: nothing of them can be read, changed, moved or left out unseen. */
#include "tests/unit/check.h"

#include "directory/base/random.h"
#include "directory/domain/evidence_seal.h"

#define TEXT "a known plaintext that must not be found"

enum { LEN = sizeof TEXT, SEALED = LEN + EVIDENCE_SEAL_LEN };

static uint8_t key[EVIDENCE_KEY_LEN];
static const struct evidence_piece first = {"01900000-0000-7000-8000-000000000001", 0, 0, false};

static int begin(void **state)
{
    (void)state;
    random_bytes(key, sizeof key);
    return 0;
}

static bool opens(const struct evidence_piece *as, const uint8_t *sealed, size_t len)
{
    uint8_t out[SEALED];
    bool open = evidence_open(key, as, sealed, len, out);

    if (open)
        assert_memory_equal(out, TEXT, LEN);
    return open;
}

static void what_was_sealed_opens_and_says_nothing(void **state)
{
    uint8_t one[SEALED], two[SEALED];

    (void)state;
    evidence_seal(key, &first, TEXT, LEN, one);
    evidence_seal(key, &first, TEXT, LEN, two);
    assert_true(opens(&first, one, SEALED) && opens(&first, two, SEALED));
    assert_null(memmem(one, SEALED, "known", 5));
    assert_memory_not_equal(one, two, SEALED); /* that two pieces are the same does not show */
}

static void every_change_of_one_bit_is_refused(void **state)
{
    uint8_t sealed[SEALED];

    (void)state;
    evidence_seal(key, &first, TEXT, LEN, sealed);
    for (size_t i = 0; i < SEALED; i++) {
        for (unsigned bit = 1; bit < 256; bit <<= 1) {
            sealed[i] ^= (uint8_t)bit;
            assert_false(opens(&first, sealed, SEALED));
            sealed[i] ^= (uint8_t)bit;
        }
    }
    for (size_t len = 0; len < SEALED; len++)
        assert_false(opens(&first, sealed, len));
    assert_true(opens(&first, sealed, SEALED));
}

/* The key is the same: what a piece is bound to alone tells them apart. */
static void a_piece_opens_in_no_other_place(void **state)
{
    const struct evidence_piece others[] = {
        {"01900000-0000-7000-8000-000000000002", 0, 0, false},
        {first.key_id, 1, 0, false},
        {first.key_id, 0, 1, false},
        {first.key_id, 0, 0, true},
    };
    uint8_t sealed[SEALED];

    (void)state;
    evidence_seal(key, &first, TEXT, LEN, sealed);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(opens(&others[i], sealed, SEALED));
}

/* A file that was cut behind a piece would end with one that is not its last. */
static void the_last_piece_is_no_other(void **state)
{
    struct evidence_piece last = first;
    uint8_t sealed[SEALED];

    (void)state;
    last.last = true;
    evidence_seal(key, &last, TEXT, LEN, sealed);
    assert_true(opens(&last, sealed, SEALED));
    assert_false(opens(&first, sealed, SEALED));
}

static void another_key_does_not_open_it(void **state)
{
    uint8_t sealed[SEALED];

    (void)state;
    evidence_seal(key, &first, TEXT, LEN, sealed);
    key[EVIDENCE_KEY_LEN - 1] ^= 1;
    assert_false(opens(&first, sealed, SEALED));
    key[EVIDENCE_KEY_LEN - 1] ^= 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sealed_opens_and_says_nothing),
        cmocka_unit_test(every_change_of_one_bit_is_refused),
        cmocka_unit_test(a_piece_opens_in_no_other_place),
        cmocka_unit_test(the_last_piece_is_no_other),
        cmocka_unit_test(another_key_does_not_open_it),
    };

    return cmocka_run_group_tests(tests, begin, NULL);
}
