/* Small files read whole: secrets, keys, certificates; and what writing such a file takes. */
#ifndef AGORA_BASE_FILE_H
#define AGORA_BASE_FILE_H

#include <stdbool.h>
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

/**
 * Give a file that root makes for a service to whom it is for: the owner of the file that is at
 * @a path already, else of its folder. Does nothing when not root.
 *
 * @param fd   the file, written aside
 * @param path where it will be
 * @return whether it was given; errno says why not
 */
bool file_give_to_owner(int fd, const char *path) AGORA_CHECKED;

/**
 * Make a name last that was put into a folder: without this it can be lost with the machine's
 * power.
 *
 * @param path file whose folder is synced
 * @return whether it was; errno says why not
 */
bool file_sync_name(const char *path) AGORA_CHECKED;

/**
 * A path whose name sorts by time: FOLDER/20261124T205455.123Z.SUFFIX, now.
 *
 * @param mem talloc parent of the path
 * @return the path, NULL without memory
 */
char *file_path_by_time(const void *mem, const char *folder, const char *suffix);

#endif
