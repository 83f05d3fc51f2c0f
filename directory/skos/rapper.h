/* raptor's own program, rapper(1), in a process of its own that is confined by Landlock, seccomp
 * and limits: it has standard input and a pipe, and can open no socket and write no file, whatever
 * the file says. It turns Turtle into N-Triples, and checks N-Triples. */
#ifndef AGORA_SKOS_RAPPER_H
#define AGORA_SKOS_RAPPER_H

#include <stdbool.h>
#include <sys/types.h>

struct rapper {
    pid_t child;
    int triples; /* pipe with what it writes: N-Triples */
};

/**
 * Start it on the file that is standard input. To be called before the own filter is loaded. What
 * it has to say about the file goes to standard error.
 *
 * @param syntax   "turtle" or "ntriples": neither knows inclusions or entities
 * @param[out] out what runs
 * @return false when it could not be started; errno says why
 */
bool rapper_start(const char *syntax, struct rapper *out);

/** Wait for its end. @return whether the file was read whole and without an error */
bool rapper_ended_well(const struct rapper *rapper);

#endif
