/* Who could introduce a viewer to a member: contacts of both, where both let the viewer know whom
 * they know. The rules are in sql/directory/functions/search_introducers.sql. */
#ifndef AGORA_DOMAIN_KNOWS_H
#define AGORA_DOMAIN_KNOWS_H

#include "directory/base/work.h"

/**
 * Who of the viewer's contacts could introduce them.
 *
 * @param handle   of the member
 * @param[out] body JSON text (schema Introducers)
 * @return AGORA_OK, with nobody where the viewer may not know of the member
 */
enum agora_status knows_introducers(struct work *w, const char *viewer, const char *handle,
                                    const char **body) AGORA_CHECKED;

/** Who may learn which contacts the viewer has. @param[out] body JSON text (schema Knows) */
enum agora_status knows_get(struct work *w, const char *viewer, const char **body) AGORA_CHECKED;

/** Set it. @param tier members, contacts or self. @param[out] body as knows_get() */
enum agora_status knows_put(struct work *w, const char *viewer, const char *tier,
                            const char **body) AGORA_CHECKED;

#endif
