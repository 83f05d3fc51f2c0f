/* Runs one of our small sandboxed programs once: a file in, an answer out, an end in time. Whatever
 * becomes of the program (a crash, a kill by its own sandbox, silence) is a result, never a fault
 * here. */
#ifndef AGORA_DOMAIN_HELPER_H
#define AGORA_DOMAIN_HELPER_H

#include <stdbool.h>
#include <stddef.h>

#include "directory/base/work.h"

struct helper {
    const char *program;  /* name: "agora-imager" */
    const char *argument; /* the one it is given; NULL for none */
    int in_fd;            /* its standard input, from where the offset is */
    size_t out_max;       /* octets of its answer; behind them it is killed */
    unsigned seconds;     /* for the whole; behind them it is killed */
};

struct helper_end {
    unsigned char *out; /* its answer, owned by w->mem */
    size_t out_len;
    bool late;      /* it was killed for want of an end */
    bool too_long;  /* it was killed for saying too much */
    int status;     /* as waitpid() gives it */
    char said[256]; /* the beginning of what it wrote to standard error, printable ASCII */
};

/**
 * Run a program to its end, in a process group of its own, with none of our descriptors, signals or
 * environment; the group is killed whole when it is over.
 *
 * @param w        work
 * @param h        what to run
 * @param[out] end what came of it
 * @return AGORA_OK when it ran, however it ended; AGORA_UNAVAILABLE when it could not be started;
 *         AGORA_INTERNAL when memory ran out
 */
enum agora_status helper_run(struct work *w, const struct helper *h,
                             struct helper_end *end) AGORA_CHECKED;

/**
 * A file in memory that holds @a text, its offset at the beginning: what a program is told.
 * @return descriptor, to be closed; -1 when there is none to be had
 */
int helper_text(const char *text, size_t len);

#endif
