/* What is hashed and its normal form come from SQL (agora.person_key_material), the hashes go back;
 * the key stays here. */
#include "directory/domain/person_key.h"

#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/config.h"
#include "directory/base/random.h"
#include "directory/db/db.h"
#include "directory/domain/person_key_file.h"
#include "directory/domain/sql_array.h"

#define SOME "50"

enum column { SOURCE, CHANGED, KIND, ABOUT, MATERIAL };

/* The columns of hashes on their way to agora.person_key_put. */
struct hashes {
    struct sql_array kinds, abouts, key_ids, values;
};

static bool hash_one(struct work *w, struct hashes *hashes, const struct person_keys *keys,
                     const struct db_result *rows, size_t i)
{
    const char *kind = db_text(rows, i, KIND), *about = db_text(rows, i, ABOUT);
    const char *material = db_text(rows, i, MATERIAL);
    char hex[2 * SHA256_LEN + 1];

    /* The kind stands before a zero octet, so that no two kinds have a text in common. */
    size_t kind_len = strlen(kind) + 1, len = kind_len + strlen(material);
    char *text = talloc_size(w->mem, len + 1);
    if (text == NULL)
        return false;
    memcpy(text, kind, kind_len);
    memcpy(text + kind_len, material, len - kind_len);
    bool good = true;
    for (size_t k = 0; good && k < keys->n; k++) {
        good = hmac_sha256_hex(keys->at[k].key, PERSON_KEY_LEN, text, len, hex);
        sql_array_add(&hashes->kinds, kind);
        sql_array_add(&hashes->abouts, about != NULL ? about : "");
        sql_array_add(&hashes->key_ids, keys->at[k].id);
        sql_array_add(&hashes->values, hex);
    }
    secret_wipe(text, len);
    talloc_free(text);
    return good;
}

/* One source: the rows from @a first on that are its own. @param[out] next the row after them */
static enum agora_status hash_source(struct work *w, const struct person_keys *keys,
                                     const struct db_result *rows, size_t first, size_t *next)
{
    struct hashes h;
    const char *source = db_text(rows, first, SOURCE);
    size_t i = first;
    bool good = true;

    sql_array_begin(&h.kinds);
    sql_array_begin(&h.abouts);
    sql_array_begin(&h.key_ids);
    sql_array_begin(&h.values);
    for (; i < db_rows(rows) && strcmp(db_text(rows, i, SOURCE), source) == 0; i++)
        if (db_text(rows, i, KIND) != NULL)
            good = good && hash_one(w, &h, keys, rows, i);
    const char *kinds = sql_array_end(&h.kinds, w->mem);
    const char *abouts = sql_array_end(&h.abouts, w->mem);
    const char *key_ids = sql_array_end(&h.key_ids, w->mem);
    const char *values = sql_array_end(&h.values, w->mem);
    *next = i;
    if (!good || kinds == NULL || abouts == NULL || key_ids == NULL || values == NULL)
        return work_out_of_memory(w);
    return DB_RUN(w, QUERY_PERSON_KEY_PUT, NULL, source, db_text(rows, first, CHANGED), kinds,
                  abouts, key_ids, values);
}

static enum agora_status hash_waiting(struct work *w, const char *only, int64_t *done)
{
    struct db_result *rows;
    struct person_keys *keys;
    enum agora_status s = DB_RUN(w, QUERY_PERSON_KEY_NEXT, &rows, SOME, only);

    *done = 0;
    if (s != AGORA_OK || db_rows(rows) == 0)
        return s;
    s = person_keys_read(w, &keys);
    if (s != AGORA_OK)
        return s;
    for (size_t i = 0; s == AGORA_OK && i < db_rows(rows); (*done)++)
        s = hash_source(w, keys, rows, i, &i);
    talloc_free(keys);
    return s;
}

enum agora_status person_key_of_case(struct work *w, const char *id)
{
    int64_t done;

    return hash_waiting(w, id, &done);
}

enum agora_status person_key_some(struct work *w, int64_t *done)
{
    return hash_waiting(w, NULL, done);
}

/* The keys there are; none when there is no file yet. */
static enum agora_status read_or_begin(struct work *w, struct person_keys **keys)
{
    if (access(w->config->person_key_file, F_OK) == 0)
        return person_keys_read(w, keys);
    *keys = talloc_zero(w->mem, struct person_keys);
    return *keys != NULL ? AGORA_OK : work_out_of_memory(w);
}

enum agora_status person_key_add(struct work *w, const char **id, int64_t *queued)
{
    struct person_keys *keys;
    struct db_result *row;
    uint8_t name[4];
    enum agora_status s = read_or_begin(w, &keys);

    if (s != AGORA_OK)
        return s;
    if (keys->n == PERSON_KEYS_MAX)
        return error_set(&w->error, AGORA_CONFLICT, NULL,
                         "There are four keys already. Retire the oldest first.");
    memmove(&keys->at[1], &keys->at[0], keys->n * sizeof keys->at[0]);
    keys->n++;
    random_bytes(name, sizeof name);
    hex_encode(name, sizeof name, keys->at[0].id);
    random_bytes(keys->at[0].key, PERSON_KEY_LEN);
    s = person_keys_write(w, keys);
    if (s == AGORA_OK)
        s = DB_RUN0(w, QUERY_PERSON_KEY_AGAIN, &row);
    if (s != AGORA_OK)
        return s;
    *queued = db_int64(row, 0, 0);
    *id = talloc_strdup(w->mem, keys->at[0].id);
    secret_wipe(keys, sizeof *keys);
    return *id != NULL ? AGORA_OK : work_out_of_memory(w);
}

/* Take a key out of the set. */
static enum agora_status take_out(struct work *w, struct person_keys *keys, const char *id)
{
    size_t i = 0;

    while (i < keys->n && strcmp(keys->at[i].id, id) != 0)
        i++;
    if (i == keys->n)
        return error_set(&w->error, AGORA_NOT_FOUND, NULL, "There is no key %s.", id);
    if (i == 0)
        return error_set(&w->error, AGORA_CONFLICT, NULL,
                         "%s is the newest key. Make another first: agoractl keys person", id);
    memmove(&keys->at[i], &keys->at[i + 1], (keys->n - i - 1) * sizeof keys->at[0]);
    keys->n--;
    return AGORA_OK;
}

enum agora_status person_key_retire(struct work *w, const char *id, int64_t *lost)
{
    struct person_keys *keys;
    struct db_result *row;
    enum agora_status s = person_keys_read(w, &keys);

    if (s == AGORA_OK)
        s = take_out(w, keys, id);
    if (s == AGORA_OK)
        s = DB_RUN0(w, QUERY_PERSON_KEY_WAITING, &row);
    if (s == AGORA_OK && db_int64(row, 0, 0) > 0)
        s = error_set(
            &w->error, AGORA_CONFLICT, NULL,
            "%lld accounts and cases still wait to be hashed by the other keys. Try again "
            "when the worker has done them.",
            (long long)db_int64(row, 0, 0));
    if (s == AGORA_OK)
        s = person_keys_write(w, keys);
    if (s == AGORA_OK)
        s = DB_RUN(w, QUERY_PERSON_KEY_RETIRE, &row, id);
    if (s == AGORA_OK)
        *lost = db_int64(row, 0, 0);
    return s;
}
