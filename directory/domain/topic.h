/* Topics: the taxonomy that profiles and searches use. */
#ifndef AGORA_DOMAIN_TOPIC_H
#define AGORA_DOMAIN_TOPIC_H

#include <stdint.h>

#include "directory/base/work.h"

/**
 * Topics by the beginnings of their words, or the most used ones.
 *
 * @param w          work; owns what is returned
 * @param viewer     account, UUID as text; NULL when nobody is signed in
 * @param typed      beginnings of words; "" for the topics most used among members the viewer sees
 * @param limit      how many at most, as text
 * @param[out] items JSON text {"items": [Topic …]}
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status topic_complete(struct work *w, const char *viewer, const char *typed,
                                 const char *limit, const char **items) AGORA_CHECKED;

/** A topic with its broader and narrower ones (schema TopicDetail); AGORA_NOT_FOUND. */
enum agora_status topic_detail(struct work *w, const char *id, const char **detail) AGORA_CHECKED;

/**
 * Bring a batch of topics in; call inside a transaction of the whole import.
 *
 * @param w            work
 * @param scheme       taxonomy: openalex
 * @param batch        JSON text: list of {id, notation, label, broader}; a broader one was in an
 *                     earlier batch or is in this one
 * @param[out] added   topics that were new
 * @param[out] changed labels that were others before
 * @return AGORA_OK; AGORA_INTERNAL when a broader one is missing; AGORA_UNAVAILABLE
 */
enum agora_status topic_import(struct work *w, const char *scheme, const char *batch,
                               int64_t *added, int64_t *changed) AGORA_CHECKED;

/** Finish an import: which topics are within which. */
enum agora_status topic_close(struct work *w) AGORA_CHECKED;

#endif
