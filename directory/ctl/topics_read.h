/* Readers of taxonomies: a file in, facts to the import. What is wrong with it goes to standard
 * error, by line. */
#ifndef AGORA_CTL_TOPICS_READ_H
#define AGORA_CTL_TOPICS_READ_H

#include "directory/domain/topic_import.h"

/**
 * Read topics as OpenAlex gives them: id,domain,field,subfield,topic.
 *
 * @return AGORA_OK; AGORA_INVALID_FIELD when lines are wrong; AGORA_UNAVAILABLE, AGORA_TOO_LARGE
 *         (64 MiB) for the file
 */
enum agora_status topics_read_csv(struct work *w, const char *path,
                                  struct topic_import *import) AGORA_CHECKED;

/**
 * Read SKOS, through agora-skos.
 *
 * @param syntax turtle or ntriples
 * @return AGORA_OK; AGORA_INVALID_FIELD when it cannot be read whole; AGORA_UNAVAILABLE when the
 *         file or agora-skos cannot be used; AGORA_TOO_LARGE (256 MiB)
 */
enum agora_status topics_read_skos(struct work *w, const char *path, const char *syntax,
                                   struct topic_import *import) AGORA_CHECKED;

#endif
