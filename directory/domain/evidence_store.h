/* From sealed pieces in the database to the octets they hold, and back, a piece at a time. */
#ifndef AGORA_DOMAIN_EVIDENCE_STORE_H
#define AGORA_DOMAIN_EVIDENCE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "directory/domain/evidence_seal.h"

struct db_result;

/* A file whose key is open. The key is wiped by evidence_shut(). */
struct evidence_open_file {
    const char *id; /* UUID: agora.evidence_blob */
    struct evidence_binding binding;
    uint8_t key[EVIDENCE_KEY_LEN];
};

/* Takes what was read, in order. @return false to stop: no room, disk full */
typedef bool (*evidence_sink)(void *cls, const void *data, size_t len);

/**
 * Open the key of a file.
 *
 * @param rows  one row, with the columns master, key_id, bound_to and wrapped side by side
 * @param first column of master
 * @return AGORA_OK; as evidence_unwrap()
 */
enum agora_status evidence_open_key(struct work *w, const char *id, const struct db_result *rows,
                                    size_t first, struct evidence_open_file *out) AGORA_CHECKED;

/** Forget the key. */
void evidence_shut(struct evidence_open_file *file);

/**
 * Read a page, or with 0 the file as it came, with one piece in memory at a time.
 *
 * @param octets its length
 * @return AGORA_OK; AGORA_INTERNAL when a piece is missing, was changed, or the sink stopped;
 * AGORA_UNAVAILABLE
 */
enum agora_status evidence_read(struct work *w, const struct evidence_open_file *file,
                                unsigned page, int64_t octets, evidence_sink sink,
                                void *cls) AGORA_CHECKED;

/** Store the picture of a page piece by piece; its row is there. @return as db_run() */
enum agora_status evidence_write(struct work *w, const struct evidence_open_file *file,
                                 unsigned page, const void *data, size_t len) AGORA_CHECKED;

#endif
