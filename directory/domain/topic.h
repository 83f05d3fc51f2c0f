/* Topics: the taxonomy that profiles and searches use, as members read it and as admins keep it. */
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

/** A topic with its neighbours (schema TopicDetail), the one that took its place when it was
 * merged; AGORA_NOT_FOUND. */
enum agora_status topic_detail(struct work *w, const char *id, const char **detail) AGORA_CHECKED;

/* Common to what follows: `viewer` is the admin, or NULL for an operator at the command line;
 * AGORA_FORBIDDEN for who is no admin; AGORA_NOT_FOUND; AGORA_INVALID_FIELD by pointer; bodies are
 * JSON text (schema KeptTopic, unless said otherwise), owned by w->mem. */

/** A topic with all labels and links. */
enum agora_status topic_kept(struct work *w, const char *viewer, const char *id,
                             const char **body) AGORA_CHECKED;

/**
 * Topics to keep (schema TopicRows).
 *
 * @param typed  beginnings of words; NULL for those at the top
 * @param shown  orphans, retired, own; NULL for all
 * @param scheme of this one; NULL for all
 */
enum agora_status topic_kept_list(struct work *w, const char *viewer, const char *typed,
                                  const char *shown, const char *scheme,
                                  const char **body) AGORA_CHECKED;

/** Make a topic of the organisation's own; @a broader NULL: at the top. */
enum agora_status topic_add(struct work *w, const char *viewer, const char *label, const char *lang,
                            const char *broader, const char **body) AGORA_CHECKED;

/** Put a topic in place of another, which stands for it from then on; the one that stays. */
enum agora_status topic_merge(struct work *w, const char *viewer, const char *id, const char *into,
                              const char **body) AGORA_CHECKED;

/** Give a topic a label of a kind: pref, alt, hidden; none takes it away. */
enum agora_status topic_label(struct work *w, const char *viewer, const char *id, const char *lang,
                              const char *label, const char *kind, const char **body) AGORA_CHECKED;

/** Put a topic within another one; NULL: at the top. */
enum agora_status topic_place(struct work *w, const char *viewer, const char *id,
                              const char *broader, const char **body) AGORA_CHECKED;

/** Called with an id and what belongs to it: a label, or lines of a file. */
typedef void (*topic_row)(const char *id, const char *text);

/** The concepts without a place of a scheme (NULL: of all), by label. */
enum agora_status topic_orphans(struct work *w, const char *scheme, topic_row row) AGORA_CHECKED;

/** A scheme (NULL: all) as SKOS in N-Triples, a concept at a time, in the order of ids. */
enum agora_status topic_export(struct work *w, const char *scheme, topic_row row) AGORA_CHECKED;

#endif
