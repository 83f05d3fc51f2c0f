/* Each act is one statement, with the sealing before it or the opening after it. */
#include "directory/domain/evidence_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/crypto.h"
#include "directory/base/random.h"
#include "directory/db/db.h"
#include "directory/domain/evidence_store.h"

/* A random id of version 4, for a key that must have one before its row is there. */
static const char *new_key_id(struct work *w)
{
    char hex[33];

    random_id(hex);
    hex[12] = '4';
    hex[16] = '8';
    return talloc_asprintf(w->mem, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
                           hex + 20);
}

enum agora_status evidence_begin(struct work *w, const char *viewer, const char *vcase,
                                 const struct evidence_announced *announced, const char **body,
                                 const char **id)
{
    uint8_t key[EVIDENCE_KEY_LEN];
    char wrapped[2 * EVIDENCE_WRAPPED_LEN + 1];
    struct evidence_binding binding = {.key_id = new_key_id(w), .evidence = announced->evidence};

    if (binding.key_id == NULL)
        return work_out_of_memory(w);
    random_bytes(key, sizeof key);
    enum agora_status s = evidence_wrap(w, key, &binding, wrapped);
    secret_wipe(key, sizeof key);
    if (s != AGORA_OK)
        return s;
    return DB_JSON_ETAG(w, QUERY_EVIDENCE_BEGIN, body, id, viewer, vcase, announced->evidence,
                        announced->name, announced->length, binding.key_id, binding.master,
                        wrapped);
}

static enum agora_status wrong_offset(struct work *w, const struct evidence_progress *now)
{
    return error_set(&w->error, AGORA_CONFLICT, NULL, "The next part begins at %" PRId64 ".",
                     now->received);
}

/* Seal a part and store it where the file, whose key is open, ends so far. */
static enum agora_status store_part(struct work *w, const char *viewer,
                                    const struct evidence_open_file *file, const void *data,
                                    size_t len, struct evidence_progress *now)
{
    char at[24], octets[24];
    struct db_result *rows;
    const struct evidence_piece piece = {.key_id = file->binding.key_id,
                                         .offset = now->received,
                                         .last = now->received + (int64_t)len == now->octets};
    uint8_t *sealed = talloc_size(w->mem, len + EVIDENCE_SEAL_LEN);

    if (sealed == NULL)
        return work_out_of_memory(w);
    evidence_seal(file->key, &piece, data, len, sealed);
    snprintf(at, sizeof at, "%" PRId64, now->received);
    snprintf(octets, sizeof octets, "%zu", len);
    enum agora_status s =
        db_run_octets(w, QUERY_EVIDENCE_PART, 4, DB_TEXTS(viewer, file->id, at, octets) + 1,
                      (struct db_octets){(const char *)sealed, len + EVIDENCE_SEAL_LEN}, &rows);
    talloc_free(sealed);
    if (s == AGORA_OK)
        now->received = db_int64(rows, 0, 0);
    return s;
}

enum agora_status evidence_part(struct work *w, const char *viewer, const char *id, int64_t offset,
                                const void *data, size_t len, struct evidence_progress *now)
{
    struct db_result *rows;
    struct evidence_open_file file;
    enum agora_status s = DB_RUN(w, QUERY_EVIDENCE_EXPECTS, &rows, viewer, id);

    if (s != AGORA_OK)
        return s;
    *now = (struct evidence_progress){db_int64(rows, 0, 0), db_int64(rows, 0, 1)};
    if (offset != now->received)
        return wrong_offset(w, now);
    if ((int64_t)len > now->octets - offset)
        return error_set(&w->error, AGORA_INVALID_FIELD, "",
                         "The file is longer than was announced.");
    if (len == 0)
        return AGORA_OK;
    s = evidence_open_key(w, id, rows, 2, &file);
    if (s == AGORA_OK)
        s = store_part(w, viewer, &file, data, len, now);
    evidence_shut(&file);
    return s;
}

enum agora_status evidence_get(struct work *w, const char *viewer, const char *id,
                               const char **body, struct evidence_progress *now)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN(w, QUERY_EVIDENCE_GET, &rows, viewer, id);

    if (s != AGORA_OK)
        return s;
    *body = db_text(rows, 0, 0);
    *now = (struct evidence_progress){db_int64(rows, 0, 1), db_int64(rows, 0, 2)};
    return AGORA_OK;
}

enum agora_status evidence_list(struct work *w, const char *viewer, const char *vcase,
                                const char **body)
{
    return DB_JSON(w, QUERY_EVIDENCE_LIST, body, viewer, vcase);
}

enum agora_status evidence_remove(struct work *w, const char *viewer, const char *id)
{
    return DB_RUN(w, QUERY_EVIDENCE_REMOVE, NULL, viewer, id);
}

enum agora_status evidence_choose(struct work *w, const char *viewer, const char *vcase,
                                  const char *look_only, const char **body)
{
    return DB_JSON(w, QUERY_EVIDENCE_CHOOSE, body, viewer, vcase, look_only);
}

/* A picture that is being read into memory. */
struct canvas {
    char *data;
    size_t len, room;
};

static bool paint(void *cls, const void *data, size_t len)
{
    struct canvas *canvas = cls;

    if (len > canvas->room - canvas->len)
        return false;
    memcpy(canvas->data + canvas->len, data, len);
    canvas->len += len;
    return true;
}

enum agora_status evidence_look(struct work *w, const char *viewer, const char *id,
                                const char *page, struct evidence_picture *out)
{
    struct db_result *rows;
    struct evidence_open_file file;
    enum agora_status s = DB_RUN(w, QUERY_EVIDENCE_LOOK, &rows, viewer, id, page);

    if (s == AGORA_OK && db_rows(rows) == 0)
        s = error_set(&w->error, AGORA_NOT_FOUND, NULL, NULL);
    if (s != AGORA_OK)
        return s;
    int64_t octets = db_int64(rows, 0, 5);
    struct canvas canvas = {.data = talloc_size(w->mem, (size_t)octets), .room = (size_t)octets};
    if (canvas.data == NULL)
        return work_out_of_memory(w);
    s = evidence_open_key(w, id, rows, 0, &file);
    if (s == AGORA_OK)
        s = evidence_read(w, &file, (unsigned)strtoul(page, NULL, 10), octets, paint, &canvas);
    evidence_shut(&file);
    if (s == AGORA_OK)
        *out = (struct evidence_picture){db_text(rows, 0, 4), canvas.data, canvas.len};
    return s;
}
