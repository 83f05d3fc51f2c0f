/* How our small programs give up what they do not need before they look at a stranger's octets:
 * root, new privileges, memory and time without end, files (Landlock), system calls (seccomp). Each
 * step only takes away; a step that the kernel does not know is told to the caller, who decides. */
#ifndef AGORA_SANDBOX_CONFINE_H
#define AGORA_SANDBOX_CONFINE_H

#include <stdbool.h>
#include <stddef.h>

struct confine_limits {
    unsigned cpu_s;     /* seconds of processor time; the kernel kills behind it */
    size_t memory_max;  /* octets of address space; not set in a sanitizer's build, which reserves
                           more */
    unsigned files_max; /* descriptors */
};

/**
 * Begin: no core dump, no tracing by others, no new privileges, limits, and when started by root
 * the user and groups of nobody (65534), which cannot be taken back. Files cannot be written: their
 * greatest length is 0.
 *
 * @return false when a step failed; errno says why
 */
bool confine_begin(const struct confine_limits *limits);

/**
 * Landlock: from now on no file may be opened but those beneath the paths named, for reading.
 * From kernel 6.7 on TCP is closed too when @a network is false.
 *
 * @param readable  folders or files, NULL at the end; what does not exist is left out
 * @param runnable  programs, NULL at the end, that may be executed as well
 * @param network   leave TCP alone
 * @return the kernel's Landlock version (0: it has none, or it is off, and nothing was done); -1
 * when it failed
 */
int confine_files(const char *const *readable, const char *const *runnable, bool network);

/* What system calls a process keeps. */
enum confine_calls {
    CONFINE_COMPUTE, /* memory, reading and writing what is open, waiting for a child; else: death
                      */
    CONFINE_NETWORK, /* as that, with sockets of IPv4 and IPv6; else: refused */
    CONFINE_PROGRAM  /* all a stranger's program needs to run but not to reach out: no sockets, no
                        new processes, no writing to the file system, no signals to others */
};

/** Load the filter. @return false when the kernel refused it; errno says why */
bool confine_calls(enum confine_calls which);

#endif
