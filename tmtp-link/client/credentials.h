/*
 * The credentials file: who a client is at its server, and whom it knows there. JSON, mode 0600,
 * replaced as a whole so that a crash leaves the old one or the new one.
 *
 *     {"server": "=host:port", "uid": "...", "node": "...", "alias": "...",
 *      "contacts": {alias: {"uid", "via"}},
 *      "threads": {id: {"subject", "to": [uid or {"group"}, ...]}},
 *      "groups": {name: {"alias": own alias in it, "joined": true or false}},
 *      "new_node": label of a node that was asked for, "new_nodeid": its password once it is here}
 */
#ifndef TMTP_CLIENT_CREDENTIALS_H
#define TMTP_CLIENT_CREDENTIALS_H

#include <jansson.h>

#include "tmtp-link/base/result.h"

struct credentials {
    char *path;
    json_t *json; /**< object; see above */
};

/**
 * Read the file.
 *
 * @param[out] credentials to be freed by credentials_free
 * @return TMTP_OK; TMTP_NONE when there is no such file; TMTP_LOCAL when others than its owner may
 * read or write it, or it can't be read, or lacks uid or node
 */
enum tmtp_result credentials_load(const char *path, struct credentials *credentials,
                                  struct tmtp_error *error) __attribute__((warn_unused_result));

/**
 * Begin new ones, nothing written yet.
 *
 * @return TMTP_OK; TMTP_LOCAL when there is no memory
 */
enum tmtp_result credentials_new(const char *path, const char *server,
                                 struct credentials *credentials, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Write the file, and wait until it is on disk.
 *
 * @return TMTP_OK; TMTP_LOCAL when that is not possible: then the file is as before
 */
enum tmtp_result credentials_save(const struct credentials *credentials, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/** A text of it, or "". */
const char *credentials_get(const struct credentials *credentials, const char *key);

/** Set a text of it. @return TMTP_OK; TMTP_LOCAL when it is not UTF-8 or there is no memory */
enum tmtp_result credentials_set(struct credentials *credentials, const char *key,
                                 const char *value, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/** Free what it holds, the node password wiped; all zero will do. */
void credentials_free(struct credentials *credentials);

#endif
