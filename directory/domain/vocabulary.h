/* The words of forms: claims, evidence, checks, reasons, levels, countries. */
#ifndef AGORA_DOMAIN_VOCABULARY_H
#define AGORA_DOMAIN_VOCABULARY_H

#include "directory/base/work.h"

/**
 * All lists at once.
 *
 * @param w         work; owns what is returned
 * @param[out] body JSON text (schema Vocabulary)
 * @return AGORA_OK; AGORA_UNAVAILABLE when the database is away
 */
enum agora_status vocabulary_load(struct work *w, const char **body) AGORA_CHECKED;

/**
 * Keep the organisation's name where the database makes sentences: "Identity checked by …".
 *
 * @param w    work
 * @param name [agora] organisation
 * @return AGORA_OK; AGORA_UNAVAILABLE when the database is away
 */
enum agora_status vocabulary_organisation(struct work *w, const char *name) AGORA_CHECKED;

#endif
