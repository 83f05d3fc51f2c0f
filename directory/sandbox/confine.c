/* Privileges and limits: what is given up first. */
#include "directory/sandbox/confine.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NOBODY = 65534 };

/* AddressSanitizer and its like reserve terabytes of address space. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static bool limit(__rlimit_resource_t what, size_t most)
{
    return setrlimit(what, &(struct rlimit){most, most}) == 0;
}

static bool leave_root(void)
{
    if (geteuid() != 0 && getuid() != 0)
        return true;
    if (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
        setresuid(NOBODY, NOBODY, NOBODY) != 0)
        return false;
    if (setuid(0) == 0) { /* it must not be possible to come back */
        errno = EPERM;
        return false;
    }
    return true;
}

bool confine_begin(const struct confine_limits *limits)
{
    /* A write past the greatest length is an error to the writer, not its death. */
    signal(SIGXFSZ, SIG_IGN);
    if (!leave_root() || prctl(PR_SET_DUMPABLE, 0) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return false;
    if (!SANITIZED && !limit(RLIMIT_AS, limits->memory_max))
        return false;
    return limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CPU, limits->cpu_s) &&
           limit(RLIMIT_NOFILE, limits->files_max);
}
