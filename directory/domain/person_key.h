/* Keyed hashes of what tells a person: name with birthdate, numbers of documents and registers,
 * e-mail addresses. By them the same person is found again, also after an account was erased, while
 * a copy of the database alone tells nothing: the key is in [person] key_file and nowhere else.
 *
 * The file has one key a line, `ID HEX`, the newest first. Everything is hashed by each of them, so
 * that after a new key has come those who were erased before are still found; `agoractl keys person
 * --retire` ends an old one. It is read each time, as signing keys are. See
 * docs/decisions/0076-keyed-hashes-in-c.md. */
#ifndef AGORA_DOMAIN_PERSON_KEY_H
#define AGORA_DOMAIN_PERSON_KEY_H

#include <stdint.h>

#include "directory/base/work.h"

/**
 * Hash what a case says, before it is sent, so that the search for duplicates sees it.
 *
 * @param id case, UUID as text
 * @return AGORA_OK; AGORA_UNAVAILABLE when the key file cannot be read or the database is away
 */
enum agora_status person_key_of_case(struct work *w, const char *id) AGORA_CHECKED;

/**
 * Hash some of the accounts and cases that wait for it.
 *
 * @param[out] done how many; 0 when none wait
 * @return as person_key_of_case()
 */
enum agora_status person_key_some(struct work *w, int64_t *done) AGORA_CHECKED;

/**
 * Make a key, which counts from now on beside those there are, and queue everything to be hashed by
 * it too.
 *
 * @param[out] id     its id, 8 hexadecimal digits, owned by w->mem
 * @param[out] queued accounts and cases that wait now
 * @return AGORA_OK; AGORA_CONFLICT when there are four keys already; AGORA_UNAVAILABLE
 */
enum agora_status person_key_add(struct work *w, const char **id, int64_t *queued) AGORA_CHECKED;

/**
 * Forget a key and what was hashed by it.
 *
 * @param id        its id; not the newest's
 * @param[out] lost erased persons who are found again no more
 * @return AGORA_OK; AGORA_NOT_FOUND; AGORA_CONFLICT for the newest, or while accounts or cases
 * still wait to be hashed by the others
 */
enum agora_status person_key_retire(struct work *w, const char *id, int64_t *lost) AGORA_CHECKED;

#endif
