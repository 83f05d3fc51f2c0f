/*
 * The bearer tokens of the admin interface.
 */
#include "tmtp-link/server/tokens.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tmtp-link/server/log.h"

enum { TOKEN_MIN = 16, FILE_MAX = 1024 };

static void digest(const char *text, size_t len, uint8_t out[32])
{
    if (EVP_Digest(text, len, out, NULL, EVP_sha256(), NULL) != 1) {
        abort();
    }
}

/* Octets of a file that only its owner may read; -1 and the reason. */
static ssize_t read_private(const char *path, char *text, size_t size, const char **why)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = -1;

    if (fd < 0 || fstat(fd, &status) != 0) {
        *why = strerror(errno);
    } else if ((status.st_mode & 027) != 0) { /* systemd hands credentials over with 0440 */
        *why = "others may read or write it";
    } else {
        len = read(fd, text, size);
        *why = len < 0 ? strerror(errno) : NULL;
    }
    if (fd >= 0) {
        close(fd);
    }
    return len;
}

/* Fill @a tokens, or say why there are none to be had. */
static const char *take_tokens(const char *path, struct tokens *tokens)
{
    struct tokens found = {0};
    char text[FILE_MAX];
    const char *why = NULL;
    ssize_t len = read_private(path, text, sizeof text, &why);
    const char *line = text;

    while (len > 0 && line < text + len) {
        const char *end = memchr(line, '\n', (size_t)(text + len - line));
        size_t n = end == NULL ? (size_t)(text + len - line) : (size_t)(end - line);

        if (n > 0 && (n < TOKEN_MIN || found.count == TOKENS_MAX)) {
            OPENSSL_cleanse(text, sizeof text);
            return "at most two tokens of at least 16 characters";
        }
        if (n > 0) {
            digest(line, n, found.digests[found.count++]);
        }
        line += n + 1;
    }
    OPENSSL_cleanse(text, sizeof text);
    if (why == NULL && found.count == 0) {
        why = "there is no token in it";
    }
    if (why == NULL) {
        *tokens = found;
    }
    return why;
}

const char *tokens_fault(const char *path)
{
    struct tokens tokens;

    return take_tokens(path, &tokens);
}

bool tokens_read(const char *path, struct tokens *tokens)
{
    const char *why = take_tokens(path, tokens);

    if (why != NULL) {
        log_event(LOG_LEVEL_ERROR, "tokens_unusable", "file", path, "why", why, NULL);
    }
    return why == NULL;
}

bool tokens_match(const struct tokens *tokens, const char *text, size_t len)
{
    uint8_t given[32];
    int differ = 1;

    digest(text, len, given);
    for (size_t i = 0; i < tokens->count; i++) {
        differ &= CRYPTO_memcmp(given, tokens->digests[i], sizeof given) != 0;
    }
    return differ == 0;
}
