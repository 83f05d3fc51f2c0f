/* Pieces of a file of evidence, sealed: a secretstream of libsodium for each, of one message, bound
 * to the file's key, the page and the offset. The last piece of a whole carries the tag FINAL, so
 * that a piece that is missing at the end shows, as one that was moved or changed does. */
#ifndef AGORA_DOMAIN_EVIDENCE_SEAL_H
#define AGORA_DOMAIN_EVIDENCE_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "directory/domain/evidence_master.h"

enum {
    EVIDENCE_PIECE_MAX = 1024 * 1024, /* octets of a piece in the clear */
    EVIDENCE_SEAL_LEN = 41            /* octets that sealing adds: header, tag, MAC */
};

/* Which piece of what. */
struct evidence_piece {
    const char *key_id; /* UUID in text form */
    unsigned page;      /* 0: the file as it came */
    int64_t offset;     /* octets */
    bool last;          /* nothing follows it */
};

/** Seal @a len octets; @a out holds EVIDENCE_SEAL_LEN more. */
void evidence_seal(const uint8_t key[EVIDENCE_KEY_LEN], const struct evidence_piece *piece,
                   const void *data, size_t len, uint8_t *out);

/**
 * Open a sealed piece.
 *
 * @param sealed   what evidence_seal() made
 * @param len      its octets
 * @param[out] out at least @a len - EVIDENCE_SEAL_LEN octets
 * @return false when it was changed, or is not this piece
 */
bool evidence_open(const uint8_t key[EVIDENCE_KEY_LEN], const struct evidence_piece *piece,
                   const void *sealed, size_t len, void *out) AGORA_CHECKED;

#endif
