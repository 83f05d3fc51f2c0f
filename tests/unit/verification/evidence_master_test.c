/* Master keys of evidence: what a wrapped key opens for, and what a rotation leaves good. */
#include "tests/unit/check.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directory/base/clock.h"
#include "directory/base/random.h"
#include "directory/domain/evidence_master.h"

static char folder[] = "/tmp/agora-masters-XXXXXX";
static struct config config = {.evidence_key_dir = folder};
static struct work w;
static uint8_t key[EVIDENCE_KEY_LEN];
static struct evidence_binding bound = {.key_id = "01900000-0000-7000-8000-000000000001",
                                        .evidence = "01900000-0000-7000-8000-000000000002"};
static char wrapped[2 * EVIDENCE_WRAPPED_LEN + 1];

/* Each file of the folder. @return how many there are */
static size_t each_file(int (*act)(const char *path))
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    char path[300];
    size_t n = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%.255s", folder, entry->d_name);
        assert_int_equal(act(path), 0);
        n++;
    }
    closedir(dir);
    return n;
}

static int begin(void **state)
{
    char id[EVIDENCE_MASTER_ID_LEN + 1];

    (void)state;
    random_bytes(key, sizeof key);
    return mkdtemp(folder) == NULL || work_begin(&w, NULL, NULL, &config) != AGORA_OK ||
           evidence_master_make(&w, id) != AGORA_OK ||
           evidence_wrap(&w, key, &bound, wrapped) != AGORA_OK || strcmp(id, bound.master) != 0;
}

static int end(void **state)
{
    (void)state;
    each_file(unlink);
    work_end(&w);
    return rmdir(folder);
}

static enum agora_status unwrap(const struct evidence_binding *b, const char *hex)
{
    uint8_t out[EVIDENCE_KEY_LEN] = {0};
    enum agora_status s = evidence_unwrap(&w, b, hex, out);

    if (s == AGORA_OK)
        assert_memory_equal(out, key, sizeof key);
    return s;
}

static void a_key_opens_for_its_own_evidence_alone(void **state)
{
    struct evidence_binding other = bound;

    (void)state;
    assert_int_equal(unwrap(&bound, wrapped), AGORA_OK);
    other.evidence = "01900000-0000-7000-8000-000000000003";
    assert_int_equal(unwrap(&other, wrapped), AGORA_INTERNAL);
    other = bound;
    other.key_id = "01900000-0000-7000-8000-000000000003";
    assert_int_equal(unwrap(&other, wrapped), AGORA_INTERNAL);
}

static void every_change_of_a_wrapped_key_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; wrapped[i] != '\0'; i++) {
        char was = wrapped[i];
        wrapped[i] = was == '0' ? '1' : '0';
        assert_int_equal(unwrap(&bound, wrapped), AGORA_INTERNAL);
        wrapped[i] = was;
    }
    assert_int_equal(unwrap(&bound, ""), AGORA_INTERNAL);
    assert_int_equal(unwrap(&bound, wrapped + 2), AGORA_INTERNAL);
    assert_int_equal(unwrap(&bound, wrapped), AGORA_OK);
}

/* New ones by the new key; the older ones open as long as theirs is there. */
static void a_rotation_wraps_by_the_newest_and_keeps_the_old(void **state)
{
    char id[EVIDENCE_MASTER_ID_LEN + 1], newest[EVIDENCE_MASTER_ID_LEN + 1];
    char again[2 * EVIDENCE_WRAPPED_LEN + 1];
    struct evidence_binding now = bound;

    (void)state;
    for (int64_t ms = now_us() / 1000; now_us() / 1000 == ms;) /* names are by the millisecond */
        continue;
    assert_int_equal(evidence_master_make(&w, id), AGORA_OK);
    assert_int_equal(evidence_master_newest(&w, newest), AGORA_OK);
    assert_string_equal(id, newest);
    assert_string_not_equal(id, bound.master);
    assert_int_equal(unwrap(&bound, wrapped), AGORA_OK);
    assert_int_equal(evidence_wrap(&w, key, &now, again), AGORA_OK);
    assert_string_equal(now.master, id);
    assert_int_equal(unwrap(&now, again), AGORA_OK);
    assert_int_equal(unwrap(&now, wrapped), AGORA_INTERNAL);
}

static int open_to_the_group(const char *path)
{
    return chmod(path, 0640);
}

static int close_again(const char *path)
{
    return chmod(path, 0600);
}

static void a_key_that_others_may_read_is_none(void **state)
{
    (void)state;
    assert_true(each_file(open_to_the_group) > 0);
    assert_int_equal(unwrap(&bound, wrapped), AGORA_UNAVAILABLE);
    each_file(close_again);
    assert_int_equal(unwrap(&bound, wrapped), AGORA_OK);
}

static int cut(const char *path)
{
    return truncate(path, EVIDENCE_KEY_LEN - 1);
}

/* Last: it spoils the keys. */
static void without_the_whole_key_nothing_opens(void **state)
{
    char id[EVIDENCE_MASTER_ID_LEN + 1];

    (void)state;
    each_file(cut);
    assert_int_equal(unwrap(&bound, wrapped), AGORA_UNAVAILABLE);
    each_file(unlink);
    assert_int_equal(unwrap(&bound, wrapped), AGORA_UNAVAILABLE);
    assert_int_equal(evidence_wrap(&w, key, &bound, wrapped), AGORA_UNAVAILABLE);
    assert_int_equal(evidence_master_newest(&w, id), AGORA_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_opens_for_its_own_evidence_alone),
        cmocka_unit_test(every_change_of_a_wrapped_key_is_refused),
        cmocka_unit_test(a_rotation_wraps_by_the_newest_and_keeps_the_old),
        cmocka_unit_test(a_key_that_others_may_read_is_none),
        cmocka_unit_test(without_the_whole_key_nothing_opens),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
