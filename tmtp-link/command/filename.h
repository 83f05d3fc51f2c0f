/*
 * Names of attachments, which come from strangers and go into folders. In a message a name has a
 * tag before it, as the stock client wants it: "u:" for an uploaded file.
 */
#ifndef TMTP_COMMAND_FILENAME_H
#define TMTP_COMMAND_FILENAME_H

#include <stdbool.h>
#include <stddef.h>

/** Octets of a name on disk, its end included. */
enum { FILENAME_SIZE = 256 };

/**
 * The name that a file gets in a message: "u:" and what stands after the last slash.
 *
 * @return to be freed by free(); NULL when there is nothing after it, it is not UTF-8, it is longer
 * than the stock client can store (230 octets with those escaped that a query string escapes), or
 * there is no memory
 */
char *filename_to_send(const char *path) __attribute__((warn_unused_result));

/**
 * The name under which a received file is stored: without the tag and any folder, no control
 * characters, not hidden, and short enough for any file system.
 *
 * @param name as it came
 * @param copy 0, or which copy of that name this is: a number goes before the ending
 * @param[out] stored ends with NUL, never empty, has no slash
 */
void filename_to_store(const char *name, unsigned copy, char stored[FILENAME_SIZE]);

#endif
