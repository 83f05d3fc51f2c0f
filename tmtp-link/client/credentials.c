/*
 * The credentials file. Written beside and renamed over, each step synced.
 */
#include "tmtp-link/client/credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tmtp-link/wire/base32.h"
#include "tmtp-link/wire/limits.h"

static enum tmtp_result file_error(struct tmtp_error *error, const char *what, const char *path)
{
    return tmtp_fail(error, TMTP_LOCAL, "can't %s %s: %s", what, path, strerror(errno));
}

static bool complete(const struct credentials *credentials)
{
    const char *uid = credentials_get(credentials, "uid");
    const char *node = credentials_get(credentials, "node");

    return base32_is_uid(uid, strlen(uid)) && base32_is_text(node, strlen(node)) &&
           strlen(node) == TMTP_NODE_LEN;
}

enum tmtp_result credentials_load(const char *path, struct credentials *credentials,
                                  struct tmtp_error *error)
{
    struct credentials made = {.path = strdup(path)};
    enum tmtp_result result = TMTP_OK;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;

    if (fd < 0) {
        result = errno == ENOENT ? tmtp_fail(error, TMTP_NONE, "there is no file %s", path)
                                 : file_error(error, "read", path);
    } else if (made.path == NULL || fstat(fd, &status) != 0 || (status.st_mode & 077) != 0) {
        result =
            tmtp_fail(error, TMTP_LOCAL, "others can read or write %s: give it mode 0600", path);
    } else {
        made.json = json_loadfd(fd, 0, NULL);
        if (!json_is_object(made.json) || !complete(&made)) {
            result = tmtp_fail(error, TMTP_LOCAL, "%s is not a credentials file", path);
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    if (result == TMTP_OK) {
        *credentials = made;
    } else {
        credentials_free(&made);
    }
    return result;
}

enum tmtp_result credentials_new(const char *path, const char *server,
                                 struct credentials *credentials, struct tmtp_error *error)
{
    struct credentials made = {
        .path = strdup(path),
        .json = json_pack("{s:s, s:{}, s:{}}", "server", server, "contacts", "threads"),
    };

    if (made.path == NULL || made.json == NULL) {
        credentials_free(&made);
        return tmtp_fail(error, TMTP_LOCAL, "no memory, or the server's address is not UTF-8");
    }
    *credentials = made;
    return TMTP_OK;
}

/* Sync the folder that holds a file, so that its new name stays. */
static bool sync_folder(const char *path)
{
    char *copy = strdup(path);
    int fd = copy == NULL ? -1 : open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0) {
        close(fd);
    }
    free(copy);
    return synced;
}

enum tmtp_result credentials_save(const struct credentials *credentials, struct tmtp_error *error)
{
    char *temporary = NULL;
    enum tmtp_result result = TMTP_OK;
    int fd;

    if (asprintf(&temporary, "%s.XXXXXX", credentials->path) < 0) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    fd = mkostemp(temporary, O_CLOEXEC); /* mode 0600 */
    if (fd < 0) {
        result = file_error(error, "write", credentials->path);
    } else {
        bool written = json_dumpfd(credentials->json, fd, JSON_INDENT(2)) == 0 && fsync(fd) == 0;

        written = close(fd) == 0 && written;
        if (!written || rename(temporary, credentials->path) != 0 ||
            !sync_folder(credentials->path)) {
            result = file_error(error, "write", credentials->path);
            unlink(temporary);
        }
    }
    free(temporary);
    return result;
}

const char *credentials_get(const struct credentials *credentials, const char *key)
{
    const char *text = json_string_value(json_object_get(credentials->json, key));

    return text == NULL ? "" : text;
}

enum tmtp_result credentials_set(struct credentials *credentials, const char *key,
                                 const char *value, struct tmtp_error *error)
{
    if (json_object_set_new(credentials->json, key, json_string(value)) != 0) {
        return tmtp_fail(error, TMTP_LOCAL, "'%s' is not UTF-8", value);
    }
    return TMTP_OK;
}

void credentials_free(struct credentials *credentials)
{
    json_t *node = json_object_get(credentials->json, "node");

    if (json_is_string(node)) {
        OPENSSL_cleanse((char *)json_string_value(node), json_string_length(node));
    }
    json_decref(credentials->json);
    free(credentials->path);
    *credentials = (struct credentials){0};
}
