/* SKOS is read by agora-skos, in a process that can do nothing but read it; what that writes is a
 * fact a line, and how it ended in the last one. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directory/ctl/topics_read.h"
#include "directory/domain/helper.h"

enum { FILE_MAX = 256 * 1024 * 1024, FACTS_MAX = 256 * 1024 * 1024, SECONDS = 900 };

/* The fields of a line, cut at its tabs. @return how many */
static size_t cut(char *line, char *fields[], size_t most)
{
    size_t n = 0;

    while (line != NULL && n < most)
        fields[n++] = strsep(&line, "\t");
    return line == NULL ? n : most + 1;
}

static enum agora_status broken(struct work *w, const struct helper_end *end)
{
    return error_set(&w->error, AGORA_INVALID_FIELD, NULL,
                     "The file cannot be read whole; nothing was imported. %s", end->said);
}

/* The last line: what was left out is told, what was not whole is refused. */
static enum agora_status take_end(struct work *w, const struct helper_end *end, char *fields[],
                                  size_t n)
{
    if (n != 4 || strcmp(fields[3], "whole") != 0)
        return broken(w, end);
    if (strcmp(fields[2], "0") != 0)
        fprintf(stderr, "%s triples were left out: blank nodes, broken addresses, endless labels\n",
                fields[2]);
    return AGORA_OK;
}

static enum agora_status take_lines(struct work *w, const struct helper_end *end,
                                    struct topic_import *import)
{
    char *at = (char *)end->out, *stop = at + end->out_len, *feed, *fields[5];

    while ((feed = memchr(at, '\n', (size_t)(stop - at))) != NULL) {
        *feed = '\0';
        size_t n = cut(at, fields, 5);
        if (n > 0 && strcmp(fields[0], ".") == 0)
            return take_end(w, end, fields, n);
        if (n != 5 || strlen(fields[0]) != 1)
            return broken(w, end);
        const struct topic_fact fact = {fields[0][0], fields[1], fields[2], fields[3], fields[4]};
        enum agora_status s = topic_import_add(import, &fact);
        if (s != AGORA_OK)
            return s;
        at = feed + 1;
    }
    return broken(w, end); /* it died, or was killed, before its last line */
}

/* Whether there is no NUL in it: raptor could take one for the end of the file. */
static bool is_text(int fd)
{
    char part[65536];
    off_t at = 0;
    ssize_t n;

    while ((n = pread(fd, part, sizeof part, at)) > 0) {
        if (memchr(part, '\0', (size_t)n) != NULL)
            return false;
        at += n;
    }
    return n == 0;
}

static enum agora_status open_file(struct work *w, const char *path, int *fd)
{
    struct stat st;

    *fd = open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0 || fstat(*fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        enum agora_status s = error_set(&w->error, AGORA_UNAVAILABLE, NULL, "%s: %s", path,
                                        *fd < 0 ? strerror(errno) : "this is no file");
        close(*fd);
        return s;
    }
    if (st.st_size <= FILE_MAX && is_text(*fd))
        return AGORA_OK;
    close(*fd);
    if (st.st_size > FILE_MAX)
        return error_set(&w->error, AGORA_TOO_LARGE, NULL, "%s is larger than 256 MiB.", path);
    return error_set(&w->error, AGORA_INVALID_FIELD, NULL, "%s is no text; nothing was imported.",
                     path);
}

enum agora_status topics_read_skos(struct work *w, const char *path, const char *syntax,
                                   struct topic_import *import)
{
    struct helper h = {
        .program = "agora-skos", .argument = syntax, .out_max = FACTS_MAX, .seconds = SECONDS};
    struct helper_end end = {0};
    enum agora_status s = open_file(w, path, &h.in_fd);

    if (s != AGORA_OK)
        return s;
    s = helper_run(w, &h, &end);
    close(h.in_fd);
    if (s != AGORA_OK)
        return s;
    if (end.late || end.too_long)
        return error_set(&w->error, AGORA_TOO_LARGE, NULL,
                         "There is too much in this file for one import.");
    return take_lines(w, &end, import);
}
