/* Public keys for a check that needs nothing else: from a file, or fetched from an address. */
#ifndef AGORA_CTL_JWKS_H
#define AGORA_CTL_JWKS_H

#include <jansson.h>

#include "directory/base/work.h"

/**
 * Read a JWKS.
 *
 * @param from      file, or https:// address (http:// of this machine only); 256 KiB at most
 * @param[out] jwks new object, to be freed by json_decref()
 * @return AGORA_OK; AGORA_UNAVAILABLE when it cannot be had; AGORA_CONFLICT when it is no JWKS
 */
enum agora_status jwks_read(struct work *w, const char *from, json_t **jwks) AGORA_CHECKED;

/** A file of one signed statement, white space around it taken off. @return AGORA_OK;
 * AGORA_UNAVAILABLE; AGORA_TOO_LARGE beyond 256 KiB */
enum agora_status jws_file_read(struct work *w, const char *path, char **token) AGORA_CHECKED;

#endif
