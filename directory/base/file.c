/* Reading small files whole, with a limit, so that a wrong path cannot fill the memory. */
#include "directory/base/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/crypto.h"

static enum agora_status read_all(int fd, const char *path, char *buffer, size_t max, size_t *len,
                                  struct error *e)
{
    size_t got = 0;
    ssize_t n;

    while ((n = read(fd, buffer + got, max + 1 - got)) > 0)
        got += (size_t)n;
    if (n < 0)
        return error_detail(e, AGORA_UNAVAILABLE, "%s: %s", path, strerror(errno));
    if (got > max)
        return error_detail(e, AGORA_TOO_LARGE, "%s: more than %zu octets", path, max);
    buffer[got] = '\0';
    *len = got;
    return AGORA_OK;
}

enum agora_status file_read(const void *mem, const char *path, size_t max, char **out, size_t *len,
                            struct error *e)
{
    size_t got = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return error_detail(e, AGORA_UNAVAILABLE, "%s: %s", path, strerror(errno));
    char *buffer = talloc_size(mem, max + 2);
    enum agora_status s = buffer == NULL ? error_detail(e, AGORA_INTERNAL, "out of memory")
                                         : read_all(fd, path, buffer, max, &got, e);
    close(fd);
    if (s != AGORA_OK) {
        talloc_free(buffer);
        return s;
    }
    *out = talloc_realloc_size(mem, buffer, got + 1);
    if (len != NULL)
        *len = got;
    return AGORA_OK;
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
