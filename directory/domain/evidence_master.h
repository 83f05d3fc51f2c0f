/* The master keys of evidence files: 32 octets each, a file each in [evidence] key_dir, outside the
 * database. The newest wraps the keys of files, all unwrap, so that rotation needs no stop: what
 * `agoractl keys evidence --rotate` did is in force at once, in every process.
 *
 * A wrapped key opens only with the piece of evidence and the key id that it was wrapped for. */
#ifndef AGORA_DOMAIN_EVIDENCE_MASTER_H
#define AGORA_DOMAIN_EVIDENCE_MASTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "directory/base/work.h"

enum {
    EVIDENCE_KEY_LEN = 32,      /* octets of a file's key and of a master key */
    EVIDENCE_WRAPPED_LEN = 72,  /* nonce, key, tag */
    EVIDENCE_MASTER_ID_LEN = 16 /* hexadecimal digits of a master key's fingerprint */
};

/* What a file's key is bound to, and by which master key it is wrapped. */
struct evidence_binding {
    char master[EVIDENCE_MASTER_ID_LEN + 1]; /* fingerprint */
    const char *key_id;                      /* UUID in text form */
    const char *evidence;                    /* UUID in text form: agora.evidence_blob.bound_to */
};

/**
 * Make a new master key, which wraps from now on.
 *
 * @param[out] id its fingerprint
 * @return AGORA_OK; AGORA_UNAVAILABLE when the folder cannot be written
 */
enum agora_status evidence_master_make(struct work *w,
                                       char id[EVIDENCE_MASTER_ID_LEN + 1]) AGORA_CHECKED;

/**
 * The fingerprint of the newest master key.
 *
 * @return AGORA_OK; AGORA_NOT_FOUND when there is none; AGORA_UNAVAILABLE when it cannot be read,
 * or others may read it
 */
enum agora_status evidence_master_newest(struct work *w,
                                         char id[EVIDENCE_MASTER_ID_LEN + 1]) AGORA_CHECKED;

/**
 * Wrap a file's key by the newest master key.
 *
 * @param key         the key
 * @param b           key_id and evidence are read, master is filled
 * @param[out] hex    the wrapped key in hexadecimal digits
 * @return AGORA_OK; AGORA_UNAVAILABLE when there is no master key
 */
enum agora_status evidence_wrap(struct work *w, const uint8_t key[EVIDENCE_KEY_LEN],
                                struct evidence_binding *b,
                                char hex[2 * EVIDENCE_WRAPPED_LEN + 1]) AGORA_CHECKED;

/**
 * Unwrap a file's key.
 *
 * @param b        what it is bound to
 * @param hex      the wrapped key in hexadecimal digits
 * @param[out] key the key; to be wiped by the caller
 * @return AGORA_OK; AGORA_UNAVAILABLE when its master key is not there; AGORA_INTERNAL when it does
 * not open: it was changed, or belongs to another piece of evidence
 */
enum agora_status evidence_unwrap(struct work *w, const struct evidence_binding *b, const char *hex,
                                  uint8_t key[EVIDENCE_KEY_LEN]) AGORA_CHECKED;

#endif
