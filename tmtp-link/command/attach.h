/*
 * Files that go with a message, and files that came with one.
 */
#ifndef TMTP_COMMAND_ATTACH_H
#define TMTP_COMMAND_ATTACH_H

#include <jansson.h>

#include "tmtp-link/command/command.h"
#include "tmtp-link/wire/inner.h"

/** As many as a message may have: the stock client opens all of them at a time. */
enum { ATTACH_MAX = 100 };

/** Files to be sent; all zero has none. */
struct attached {
    struct session_file files[ATTACH_MAX];
    struct inner_file names[ATTACH_MAX];
    size_t count;
};

/**
 * Open the files.
 *
 * @param[out] attached to be closed by attach_close, on failure too
 * @return TMTP_OK; TMTP_LOCAL when there are too many, one can't be read or is no file, its name
 * can't be sent, or two have the same name
 */
enum tmtp_result attach_open(const struct options_list *paths, struct attached *attached,
                             struct tmtp_error *error) __attribute__((warn_unused_result));

void attach_close(struct attached *attached);

/**
 * Store the files that came with a message, and wait until they are on disk. Nothing is ever
 * overwritten: a name that is taken gets a number.
 *
 * @param folder made when there is none
 * @param data   what follows the body: as much as attach_octets says
 * @param[out] saved array of paths, to which those stored are added
 * @return TMTP_OK; TMTP_LOCAL
 */
enum tmtp_result attach_save(const char *folder, const struct inner *inner, const char *data,
                             json_t *saved, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Octets of all files of a message.
 *
 * @return false when it has none, they are more than @a room, or one has no name or size
 */
bool attach_octets(const struct inner *inner, size_t room, size_t *octets);

#endif
