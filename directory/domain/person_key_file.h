/* The file of the keys that person_key.c hashes with: reading it and writing it anew. */
#ifndef AGORA_DOMAIN_PERSON_KEY_FILE_H
#define AGORA_DOMAIN_PERSON_KEY_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "directory/base/work.h"

enum { PERSON_KEYS_MAX = 4, PERSON_KEY_LEN = 32 };

struct person_keys {
    size_t n;
    struct {
        char id[9]; /* 8 hexadecimal digits */
        uint8_t key[PERSON_KEY_LEN];
    } at[PERSON_KEYS_MAX]; /* newest first */
};

/**
 * Read the keys of [person] key_file.
 *
 * @param[out] out the keys, on w->mem, wiped when that goes; at least one
 * @return AGORA_OK; AGORA_UNAVAILABLE when there is no file, others may read it, or a line is wrong
 */
enum agora_status person_keys_read(struct work *w, struct person_keys **out) AGORA_CHECKED;

/** Write the keys in the place of the file there is, whole or not at all. @return AGORA_OK;
 * AGORA_UNAVAILABLE */
enum agora_status person_keys_write(struct work *w, const struct person_keys *keys) AGORA_CHECKED;

#endif
