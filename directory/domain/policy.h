/* The evidence policy's versions: drafts, their publication by two persons, and simulations of what
 * one would do to every member.
 *
 * Common returns: AGORA_FORBIDDEN for who is no admin; AGORA_NOT_FOUND for a version that is not
 * there. `body` is JSON text and `etag` a version's state, owned by w->mem. */
#ifndef AGORA_DOMAIN_POLICY_H
#define AGORA_DOMAIN_POLICY_H

#include "directory/base/work.h"

/** All versions and the latest simulations. @param[out] body schema PolicyList */
enum agora_status policy_list(struct work *w, const char *viewer, const char **body) AGORA_CHECKED;

/** One version with its content. @param number decimal. @param[out] body schema PolicyVersion */
enum agora_status policy_get(struct work *w, const char *viewer, const char *number,
                             const char **body, const char **etag) AGORA_CHECKED;

/**
 * Write the draft of the next version, all of it anew.
 *
 * @param seen    version of the draft that the viewer knows, NULL or "*" for any
 * @param content the policy as JSON text (schema Policy)
 * @param note    why, or NULL
 * @return AGORA_INVALID_FIELD naming the member that the scorer cannot read; AGORA_CHANGED
 */
enum agora_status policy_draft_put(struct work *w, const char *viewer, const char *seen,
                                   const char *content, const char *note, const char **body,
                                   const char **etag) AGORA_CHECKED;

/**
 * Ask for a second person to publish the draft as it is.
 *
 * @return AGORA_CONFLICT when it is no draft or has not been simulated; AGORA_CHANGED
 */
enum agora_status policy_publish_ask(struct work *w, const char *viewer, const char *number,
                                     const char *seen, const char *reason,
                                     const char **body) AGORA_CHECKED;

/** Ask the worker to simulate a version. @param[out] body schema PolicySimulation */
enum agora_status policy_simulate(struct work *w, const char *viewer, const char *number,
                                  const char **body) AGORA_CHECKED;

/** How far a simulation is. @param[out] body schema PolicySimulation */
enum agora_status policy_simulation_get(struct work *w, const char *viewer, const char *id,
                                        const char **body) AGORA_CHECKED;

#endif
