/* Starting rapper(1). A program rather than its library: that drags in an HTTP client, an XML and
 * an XSLT parser, which are then in a process that can do nothing with them. */
#include "directory/skos/rapper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "directory/sandbox/confine.h"

#define RAPPER "/usr/bin/rapper"

static const char *const readable[] = {"/usr/bin/rapper", "/usr/lib",         "/lib",
                                       "/lib64",          "/etc/ld.so.cache", NULL};
static const char *const runnable[] = {RAPPER, "/usr/lib", "/lib", "/lib64", NULL};

/* Never comes back. The parent's end is the child's. */
static void become_rapper(const char *syntax, int out)
{
    char language[] = "LC_ALL=C.UTF-8";
    char *const environment[] = {language, NULL};

    if (dup2(out, STDOUT_FILENO) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
        close_range(3, ~0U, 0) != 0)
        _exit(1);
    if (confine_files(readable, runnable, false) < 0 || !confine_calls(CONFINE_PROGRAM))
        _exit(1);
    execle(RAPPER, "rapper", "-q", "-f", "noNet", "-f", "noFile", "-i", syntax, "-o", "ntriples",
           "-", "urn:agora:file:", (char *)NULL, environment);
    _exit(1);
}

bool rapper_start(const char *syntax, struct rapper *out)
{
    int ends[2];

    if (access(RAPPER, X_OK) != 0 || pipe2(ends, O_CLOEXEC) != 0)
        return false;
    out->child = fork();
    if (out->child == 0)
        become_rapper(syntax, ends[1]);
    close(ends[1]);
    out->triples = ends[0];
    return out->child > 0;
}

bool rapper_ended_well(const struct rapper *rapper)
{
    int status;

    while (waitpid(rapper->child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
