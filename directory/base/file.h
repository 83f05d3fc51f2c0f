/* Small files read whole: secrets, keys, certificates. */
#ifndef AGORA_BASE_FILE_H
#define AGORA_BASE_FILE_H

#include <stddef.h>

#include "directory/base/error.h"

/**
 * Read a file.
 *
 * @param mem      talloc parent of the text
 * @param path     file
 * @param max      octets it may have at most
 * @param[out] out contents, a NUL after the last octet
 * @param[out] len octets, without that NUL; NULL when not wanted
 * @param e        filled on failure; the detail names the file
 * @return AGORA_OK; AGORA_UNAVAILABLE when it cannot be read; AGORA_TOO_LARGE
 */
enum agora_status file_read(const void *mem, const char *path, size_t max, char **out, size_t *len,
                            struct error *e) AGORA_CHECKED;

/**
 * Read a secret: the first line of a file, without its line end. It is wiped when freed.
 *
 * A path without a slash is looked for in $CREDENTIALS_DIRECTORY first (systemd credentials).
 *
 * @return AGORA_OK; AGORA_UNAVAILABLE when the file cannot be read or its first line is empty
 */
enum agora_status file_secret(const void *mem, const char *path, char **out,
                              struct error *e) AGORA_CHECKED;

#endif
