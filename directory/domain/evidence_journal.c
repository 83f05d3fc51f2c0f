/* A line that a crash cut off is no id and is passed over: its file's key was not deleted yet, so
 * that the file is simply destroyed later. */
#include "directory/domain/evidence_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/config.h"
#include "directory/db/db.h"
#include "directory/domain/sql_array.h"

enum { ID_LEN = 36, BATCH = 2000 };

static enum agora_status no_journal(struct work *w, const char *why)
{
    return error_detail(&w->error, AGORA_UNAVAILABLE, "erasure journal: %s: %s",
                        w->config->evidence_journal, why);
}

/* A new file is only there for good when its folder is on the disk. */
static bool sync_folder(const char *path)
{
    char *copy = strdup(path);
    int fd = copy != NULL ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    free(copy);
    return ok;
}

/* The ids as lines, after the end of a line that was cut off, if there is one. */
static char *lines_of(struct work *w, int fd, const char *const ids[], size_t n)
{
    off_t end = lseek(fd, 0, SEEK_END);
    char last = '\n';

    if (end < 0 || (end > 0 && pread(fd, &last, 1, end - 1) != 1))
        return NULL;
    char *lines = talloc_strdup(w->mem, last == '\n' ? "" : "\n");
    for (size_t i = 0; lines != NULL && i < n; i++)
        lines = talloc_asprintf_append_buffer(lines, "%.*s\n", ID_LEN, ids[i]);
    return lines;
}

static bool write_all(int fd, const char *text)
{
    for (size_t left = strlen(text); left > 0;) {
        ssize_t n = write(fd, text, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text += n;
        left -= (size_t)n;
    }
    return true;
}

enum agora_status evidence_journal_append(struct work *w, const char *const ids[], size_t n)
{
    const char *path = w->config->evidence_journal;
    int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return no_journal(w, strerror(errno));
    bool ok = flock(fd, LOCK_EX) == 0;
    char *lines = ok ? lines_of(w, fd, ids, n) : NULL;
    ok = lines != NULL && write_all(fd, lines) && fsync(fd) == 0 && sync_folder(path);
    enum agora_status s = ok ? AGORA_OK : no_journal(w, strerror(errno));
    close(fd);
    return s;
}

static bool is_id(const char *line, size_t len)
{
    static const char digits[] = "0123456789abcdef";

    if (len != ID_LEN + 1 || line[ID_LEN] != '\n')
        return false;
    for (size_t i = 0; i < ID_LEN; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? line[i] != '-' : strchr(digits, line[i]) == NULL)
            return false;
    }
    return true;
}

/* The next ids as an array for a statement. @return NULL when memory ran out */
static char *next_ids(const void *mem, FILE *file, size_t *n)
{
    struct sql_array array;
    char line[128];

    *n = 0;
    sql_array_begin(&array);
    while (*n < BATCH && fgets(line, sizeof line, file) != NULL) {
        if (!is_id(line, strlen(line)))
            continue;
        line[ID_LEN] = '\0';
        sql_array_add(&array, line);
        (*n)++;
    }
    return sql_array_end(&array, mem);
}

static enum agora_status replay_batch(struct work *w, FILE *file, size_t *read, int64_t *done)
{
    struct db_result *rows;
    char *ids = next_ids(w->mem, file, read);

    if (ids == NULL)
        return work_out_of_memory(w);
    enum agora_status s = *read > 0 ? DB_RUN(w, QUERY_EVIDENCE_DESTROY, &rows, ids) : AGORA_OK;
    if (s == AGORA_OK && *read > 0)
        *done += db_int64(rows, 0, 0);
    return s;
}

enum agora_status evidence_journal_replay(struct work *w, int64_t *n)
{
    FILE *file = fopen(w->config->evidence_journal, "re");
    void *mem = w->mem;
    size_t read = 1;
    enum agora_status s = AGORA_OK;

    *n = 0;
    if (file == NULL)
        return errno == ENOENT ? AGORA_OK : no_journal(w, strerror(errno));
    while (s == AGORA_OK && read > 0) {
        w->mem = talloc_new(mem);
        s = w->mem != NULL ? replay_batch(w, file, &read, n) : work_out_of_memory(w);
        talloc_free(w->mem);
        w->mem = mem;
    }
    if (s == AGORA_OK && ferror(file))
        s = no_journal(w, "cannot be read");
    fclose(file);
    return s;
}
