/*
 * Attachments on disk. Received ones are made anew in a folder that was opened once, so that
 * neither a name nor a link can lead out of it.
 */
#include "tmtp-link/command/attach.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tmtp-link/command/filename.h"

enum { COPIES_MAX = 1000 };

/* Whether a name is taken; the stock client may run where "A" and "a" are one file. */
static bool is_taken(const struct attached *attached, const char *name)
{
    for (size_t i = 0; i < attached->count; i++) {
        if (strcasecmp(attached->names[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static enum tmtp_result open_one(const char *path, struct attached *attached,
                                 struct tmtp_error *error)
{
    char *name = filename_to_send(path);
    struct stat status;
    int fd;

    if (name == NULL || is_taken(attached, name)) {
        free(name);
        return tmtp_fail(error, TMTP_LOCAL,
                         "%s has a name that can't be sent: empty, too long, not UTF-8, or that "
                         "of another file",
                         path);
    }
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe is told, not waited for */
    if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        tmtp_fail(error, TMTP_LOCAL, "can't read %s: %s", path,
                  fd < 0 ? strerror(errno) : "it is no file");
        free(name);
        if (fd >= 0) {
            close(fd);
        }
        return TMTP_LOCAL;
    }
    attached->names[attached->count] =
        (struct inner_file){.name = name, .size = (uint64_t)status.st_size};
    attached->files[attached->count++] =
        (struct session_file){.fd = fd, .size = (uint64_t)status.st_size};
    return TMTP_OK;
}

enum tmtp_result attach_open(const struct options_list *paths, struct attached *attached,
                             struct tmtp_error *error)
{
    enum tmtp_result result = TMTP_OK;

    *attached = (struct attached){0};
    if (paths->count > ATTACH_MAX) {
        return tmtp_fail(error, TMTP_LOCAL, "a message has at most %d files", ATTACH_MAX);
    }
    for (size_t i = 0; result == TMTP_OK && i < paths->count; i++) {
        result = open_one(paths->items[i], attached, error);
    }
    return result;
}

void attach_close(struct attached *attached)
{
    for (size_t i = 0; i < attached->count; i++) {
        free((char *)attached->names[i].name);
        close(attached->files[i].fd);
    }
    attached->count = 0;
}

bool attach_octets(const struct inner *inner, size_t room, size_t *octets)
{
    size_t count = json_array_size(inner->attach);
    uint64_t sum = 0;
    struct inner_file file;

    for (size_t i = 0; i < count; i++) {
        if (!inner_file(inner, i, &file) || file.size > room - sum) {
            return false;
        }
        sum += file.size;
    }
    *octets = (size_t)sum;
    return count > 0;
}

/* Make a file of this name, or one like it; its descriptor, or -1. */
static int make_file(int folder, const char *name, char stored[FILENAME_SIZE])
{
    int fd = -1;

    for (unsigned copy = 0; fd < 0 && copy < COPIES_MAX; copy++) {
        filename_to_store(name, copy, stored);
        fd = openat(folder, stored, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0 && errno != EEXIST) {
            break;
        }
    }
    return fd;
}

static bool write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t done = write(fd, data, len);

        if (done < 0 && errno != EINTR) {
            return false;
        }
        if (done > 0) {
            data += done;
            len -= (size_t)done;
        }
    }
    return fsync(fd) == 0;
}

static enum tmtp_result save_one(int folder, const char *path, const struct inner_file *file,
                                 const char *data, json_t *saved, struct tmtp_error *error)
{
    char stored[FILENAME_SIZE];
    int fd = make_file(folder, file->name, stored);
    bool written = fd >= 0 && write_all(fd, data, (size_t)file->size);
    int failure = errno;

    if (fd >= 0) {
        written = close(fd) == 0 && written;
    }
    if (!written) {
        if (fd >= 0) {
            unlinkat(folder, stored, 0);
        }
        return tmtp_fail(error, TMTP_LOCAL, "can't save %s in %s: %s", stored, path,
                         strerror(failure));
    }
    json_array_append_new(saved, json_sprintf("%s/%s", path, stored));
    return TMTP_OK;
}

enum tmtp_result attach_save(const char *path, const struct inner *inner, const char *data,
                             json_t *saved, struct tmtp_error *error)
{
    enum tmtp_result result = TMTP_OK;
    struct inner_file file;
    int folder;

    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return tmtp_fail(error, TMTP_LOCAL, "can't make %s: %s", path, strerror(errno));
    }
    folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return tmtp_fail(error, TMTP_LOCAL, "can't open %s: %s", path, strerror(errno));
    }
    for (size_t i = 0; result == TMTP_OK && inner_file(inner, i, &file); i++) {
        result = save_one(folder, path, &file, data, saved, error);
        data += file.size;
    }
    if (result == TMTP_OK && fsync(folder) != 0) {
        result = tmtp_fail(error, TMTP_LOCAL, "can't save in %s: %s", path, strerror(errno));
    }
    close(folder);
    return result;
}
