/* agora-skos: takes a hostile SKOS file as standard input and gives what it says about concepts, a
 * fact a line, on standard output: kind, subject, object, language, label, between tabs. The last
 * line begins with a dot: triples read, those left out, and whether the file could be read whole.
 * rapper reads the file, this program what rapper writes; both give up network, files and all that
 * is not needed for it before the first octet is read. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "directory/sandbox/confine.h"
#include "directory/skos/rapper.h"
#include "directory/skos/skos.h"

enum { UNAVAILABLE = 69 /* sysexits(3): not the file's fault */, ROOM = 256 * 1024 };

/* rapper has the same limits, for itself. */
static const struct confine_limits limits = {
    .cpu_s = 300, .memory_max = (size_t)1024 * 1024 * 1024, .files_max = 16};

/* Leaks are the kernel's to clear up, and looking for them takes system calls that are gone. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0:allocator_may_return_null=1";
}

struct reading {
    char in[ROOM + 1]; /* lines of rapper's, the last one in part */
    size_t in_len;
    bool skipping; /* within a line that is longer than there is room for */
    char out[ROOM];
    size_t out_len;
    size_t triples, left_out;
    bool broken;
};

static struct reading reading;

static int give_up(const char *what)
{
    dprintf(STDERR_FILENO, "agora-skos: %s: %s\n", what, strerror(errno));
    return UNAVAILABLE;
}

static bool flush(struct reading *r)
{
    size_t done = 0;

    while (done < r->out_len) {
        ssize_t n = write(STDOUT_FILENO, r->out + done, r->out_len - done);
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    r->out_len = 0;
    return true;
}

static bool take_line(struct reading *r, char *line, size_t len)
{
    struct skos_fact f;

    r->triples++;
    switch (skos_line(line, len, &f)) {
    case SKOS_BROKEN:
        r->broken = true;
        return false;
    case SKOS_LEFT_OUT:
        r->left_out++;
        return true;
    case SKOS_NOTHING:
        return true;
    case SKOS_FACT:
        break;
    }
    if (r->out_len > ROOM / 2 && !flush(r))
        return false;
    r->out_len += (size_t)snprintf(r->out + r->out_len, ROOM - r->out_len, "%c\t%s\t%s\t%s\t%s\n",
                                   f.kind, f.subject, f.object, f.lang, f.label);
    return true;
}

/* The whole lines that there are; the rest is moved to the front. */
static bool take_lines(struct reading *r)
{
    char *at = r->in, *end = r->in + r->in_len, *feed;

    while ((feed = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        *feed = '\0';
        if (r->skipping)
            r->skipping = false;
        else if (!take_line(r, at, (size_t)(feed - at)))
            return false;
        at = feed + 1;
    }
    r->in_len = (size_t)(end - at);
    memmove(r->in, at, r->in_len);
    if (r->in_len == ROOM) { /* no label is that long */
        r->left_out += !r->skipping;
        r->skipping = true;
        r->in_len = 0;
    }
    return true;
}

static void read_all(struct reading *r, int fd)
{
    for (;;) {
        ssize_t n = read(fd, r->in + r->in_len, ROOM - r->in_len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        r->in_len += (size_t)n;
        if (!take_lines(r))
            return;
    }
}

static int run(const char *syntax)
{
    struct rapper rapper;
    struct reading *r = &reading;

    if (!confine_begin(&limits))
        return give_up("limits");
    if (!rapper_start(syntax, &rapper))
        return give_up("rapper");
    if (confine_files(NULL, NULL, false) < 0 || !confine_calls(CONFINE_COMPUTE))
        return give_up("sandbox");
    read_all(r, rapper.triples);
    close(rapper.triples);
    bool whole = rapper_ended_well(&rapper) && !r->broken && r->in_len == 0;
    if (!flush(r))
        return EXIT_FAILURE;
    r->out_len = (size_t)snprintf(r->out, ROOM, ".\t%zu\t%zu\t%s\n", r->triples, r->left_out,
                                  whole ? "whole" : "broken");
    return flush(r) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return puts("agora-skos " AGORA_VERSION) < 0;
    if (argc == 2 && (strcmp(argv[1], "turtle") == 0 || strcmp(argv[1], "ntriples") == 0))
        return run(argv[1]);
    fputs("usage: agora-skos turtle|ntriples <FILE\n       agora-skos --version\n", stderr);
    return 64;
}
