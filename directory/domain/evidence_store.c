/* Nothing here holds more than a piece in the clear and once sealed. */
#include "directory/domain/evidence_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <talloc.h>

#include "directory/base/crypto.h"
#include "directory/db/db.h"

enum agora_status evidence_open_key(struct work *w, const char *id, const struct db_result *rows,
                                    size_t first, struct evidence_open_file *out)
{
    *out = (struct evidence_open_file){
        .id = id,
        .binding = {.key_id = db_text(rows, 0, first + 1), .evidence = db_text(rows, 0, first + 2)},
    };
    snprintf(out->binding.master, sizeof out->binding.master, "%s", db_text(rows, 0, first));
    return evidence_unwrap(w, &out->binding, db_text(rows, 0, first + 3), out->key);
}

void evidence_shut(struct evidence_open_file *file)
{
    secret_wipe(file->key, sizeof file->key);
}

/* The piece that begins at @a offset, sealed. */
static enum agora_status fetch(struct work *w, const char *id, unsigned page, int64_t offset,
                               struct db_octets *out)
{
    char leaf[16], at[24];

    snprintf(leaf, sizeof leaf, "%u", page);
    snprintf(at, sizeof at, "%" PRId64, offset);
    enum agora_status s = db_octets(w, QUERY_EVIDENCE_PIECE, 3, DB_TEXTS(id, leaf, at) + 1, out);
    if (s == AGORA_NOT_FOUND || (s == AGORA_OK && out->len <= EVIDENCE_SEAL_LEN))
        return error_detail(&w->error, AGORA_INTERNAL, "evidence file %s: no piece at %s of %s", id,
                            at, leaf);
    return s;
}

/* One piece; @a offset moves to the next. */
static enum agora_status pass_on(struct work *w, const struct evidence_open_file *file,
                                 unsigned page, int64_t octets, int64_t *offset, evidence_sink sink,
                                 void *cls)
{
    struct db_octets sealed;
    enum agora_status s = fetch(w, file->id, page, *offset, &sealed);

    if (s != AGORA_OK)
        return s;
    size_t len = sealed.len - EVIDENCE_SEAL_LEN;
    const struct evidence_piece piece = {.key_id = file->binding.key_id,
                                         .page = page,
                                         .offset = *offset,
                                         .last = *offset + (int64_t)len == octets};
    void *clear = talloc_size(w->mem, len);
    if (clear == NULL)
        return work_out_of_memory(w);
    if (!evidence_open(file->key, &piece, sealed.data, sealed.len, clear))
        s = error_detail(&w->error, AGORA_INTERNAL, "evidence file %s was changed", file->id);
    else if (!sink(cls, clear, len))
        s = error_detail(&w->error, AGORA_INTERNAL, "evidence file %s: no room", file->id);
    secret_wipe(clear, len);
    *offset += (int64_t)len;
    return s;
}

enum agora_status evidence_read(struct work *w, const struct evidence_open_file *file,
                                unsigned page, int64_t octets, evidence_sink sink, void *cls)
{
    void *mem = w->mem;
    enum agora_status s = AGORA_OK;

    for (int64_t offset = 0; s == AGORA_OK && offset < octets;) {
        /* What a piece takes goes with it. */
        w->mem = talloc_new(mem);
        s = w->mem != NULL ? pass_on(w, file, page, octets, &offset, sink, cls)
                           : work_out_of_memory(w);
        talloc_free(w->mem);
        w->mem = mem;
    }
    return s;
}

enum agora_status evidence_write(struct work *w, const struct evidence_open_file *file,
                                 unsigned page, const void *data, size_t len)
{
    uint8_t *sealed = talloc_size(w->mem, EVIDENCE_PIECE_MAX + EVIDENCE_SEAL_LEN);
    enum agora_status s = sealed != NULL ? AGORA_OK : work_out_of_memory(w);
    char leaf[16], at[24], octets[24];
    size_t n;

    for (size_t offset = 0; s == AGORA_OK && offset < len; offset += n) {
        n = len - offset < EVIDENCE_PIECE_MAX ? len - offset : EVIDENCE_PIECE_MAX;
        const struct evidence_piece piece = {.key_id = file->binding.key_id,
                                             .page = page,
                                             .offset = (int64_t)offset,
                                             .last = offset + n == len};
        evidence_seal(file->key, &piece, (const uint8_t *)data + offset, n, sealed);
        snprintf(leaf, sizeof leaf, "%u", page);
        snprintf(at, sizeof at, "%zu", offset);
        snprintf(octets, sizeof octets, "%zu", n);
        s = db_run_octets(w, QUERY_EVIDENCE_PAGE_PIECE, 4, DB_TEXTS(file->id, leaf, at, octets) + 1,
                          (struct db_octets){(const char *)sealed, n + EVIDENCE_SEAL_LEN}, NULL);
    }
    talloc_free(sealed);
    return s;
}
