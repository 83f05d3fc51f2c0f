/* Blocks: who wants nothing to do with whom. A block ends everything between two people, holds for
 * all their accounts, and the other is told nothing. */
#ifndef AGORA_DOMAIN_BLOCK_H
#define AGORA_DOMAIN_BLOCK_H

#include "directory/base/work.h"

/**
 * Block the person behind a handle; a repeat changes nothing.
 *
 * @param viewer account that blocks, UUID as text
 * @param handle of the member to block
 * @return AGORA_OK; AGORA_NOT_FOUND when there is no such member; AGORA_CONFLICT when it is oneself
 */
enum agora_status block_add(struct work *w, const char *viewer, const char *handle) AGORA_CHECKED;

/** Lift a block; what it ended stays ended. @return AGORA_OK, also when there was none;
 * AGORA_NOT_FOUND when there is no such member */
enum agora_status block_lift(struct work *w, const char *viewer, const char *handle) AGORA_CHECKED;

/** Whom the viewer has blocked: {"items": [Block]}, JSON text owned by w->mem. */
enum agora_status block_list(struct work *w, const char *viewer, const char **out) AGORA_CHECKED;

#endif
