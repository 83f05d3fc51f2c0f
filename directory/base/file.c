/* Reading small files whole, with a limit, so that a wrong path cannot fill the memory. */
#include "directory/base/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/crypto.h"

/* Up to `room` octets, or as many as there are; -1 with errno. */
static ssize_t read_all(int fd, char *buffer, size_t room)
{
    size_t got = 0;
    ssize_t n = 0;

    while (got < room && (n = read(fd, buffer + got, room - got)) > 0)
        got += (size_t)n;
    return n < 0 ? -1 : (ssize_t)got;
}

/* What a file says it holds; `max` for what cannot say, or says too much. */
static size_t size_of(int fd, size_t max)
{
    struct stat st;

    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size < max
               ? (size_t)st.st_size
               : max;
}

/* Room for as much as the file says, since a limit may be a thousand times more; for all that is
 * allowed when it holds more than it says. One octet beyond shows that. */
static enum agora_status read_file(const void *mem, int fd, const char *path, size_t max,
                                   char **out, size_t *len, struct error *e)
{
    size_t room = size_of(fd, max);
    char *buffer = talloc_size(mem, room + 2);
    ssize_t n = buffer != NULL ? read_all(fd, buffer, room + 1) : 0;

    if (n > 0 && (size_t)n > room && room < max) {
        secret_wipe(buffer, room + 1);
        talloc_free(buffer);
        buffer = talloc_size(mem, (room = max) + 2);
        n = buffer == NULL ? 0 : lseek(fd, 0, SEEK_SET) != 0 ? -1 : read_all(fd, buffer, room + 1);
    }
    if (buffer == NULL)
        return error_detail(e, AGORA_INTERNAL, "out of memory");
    enum agora_status s = AGORA_OK;
    if (n < 0)
        s = error_detail(e, AGORA_UNAVAILABLE, "%s: %s", path, strerror(errno));
    else if ((size_t)n > max)
        s = error_detail(e, AGORA_TOO_LARGE, "%s: more than %zu octets", path, max);
    if (s != AGORA_OK) {
        talloc_free(buffer);
        return s;
    }
    buffer[n] = '\0';
    *out = talloc_realloc_size(mem, buffer, (size_t)n + 1);
    *len = (size_t)n;
    return AGORA_OK;
}

enum agora_status file_read(const void *mem, const char *path, size_t max, char **out, size_t *len,
                            struct error *e)
{
    size_t got = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return error_detail(e, AGORA_UNAVAILABLE, "%s: %s", path, strerror(errno));
    enum agora_status s = read_file(mem, fd, path, max, out, &got, e);
    close(fd);
    if (s == AGORA_OK && len != NULL)
        *len = got;
    return s;
}

static int wipe(char *secret)
{
    secret_wipe(secret, talloc_get_size(secret));
    return 0;
}

enum agora_status file_secret(const void *mem, const char *path, char **out, struct error *e)
{
    const char *folder = strchr(path, '/') == NULL ? getenv("CREDENTIALS_DIRECTORY") : NULL;
    char *full =
        folder != NULL ? talloc_asprintf(mem, "%s/%s", folder, path) : talloc_strdup(mem, path);
    char *text = NULL;

    if (full == NULL)
        return error_detail(e, AGORA_INTERNAL, "out of memory");
    enum agora_status s = file_read(mem, full, 4096, &text, NULL, e);
    if (s == AGORA_OK) {
        assert(text != NULL);
        talloc_set_destructor(text, wipe);
        text[strcspn(text, "\r\n")] = '\0';
        if (text[0] == '\0')
            s = error_detail(e, AGORA_UNAVAILABLE, "%s: the first line is empty", full);
    }
    talloc_free(full);
    if (s != AGORA_OK)
        talloc_free(text);
    else
        *out = text;
    return s;
}
