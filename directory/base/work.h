/* One piece of work: a request, or one action of the worker. All it allocates hangs on one talloc
 * context and goes with it; its id ties together the log lines and the answer. */
#ifndef AGORA_BASE_WORK_H
#define AGORA_BASE_WORK_H

#include <stdbool.h>

#include "directory/base/error.h"

struct config;
struct db;

enum { WORK_LANGUAGES = 64 }; /* octets of struct work's languages */

struct work {
    void *mem;                      /* talloc context that owns everything made for this work */
    struct db *db;                  /* the thread's own database connection */
    const struct config *config;    /* the program's configuration, read-only */
    bool reading;                   /* changes nothing: may be repeated when an answer is lost */
    struct error error;             /* filled by whichever call failed last */
    char id[33];                    /* request id, 32 hexadecimal digits */
    char languages[WORK_LANGUAGES]; /* the reader's, best first: "de-ch,de"; "" when English serves;
                                       the database is told (agora.languages) */
};

/**
 * Begin a piece of work: a fresh talloc context, an id of its own, no error.
 *
 * @param w      to fill
 * @param parent talloc parent of w->mem, or NULL
 * @param db     the thread's connection, or NULL
 * @param config the program's configuration, or NULL
 * @return AGORA_OK; AGORA_INTERNAL when memory or randomness ran out
 */
enum agora_status work_begin(struct work *w, void *parent, struct db *db,
                             const struct config *config) AGORA_CHECKED;

/** End a piece of work: frees w->mem with everything on it. */
void work_end(struct work *w);

/**
 * Report that memory ran out: `return work_out_of_memory(w);`
 * @return AGORA_INTERNAL
 */
enum agora_status work_out_of_memory(struct work *w);

#endif
