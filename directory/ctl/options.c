/* getopt_long wants the program's name before the arguments, and reorders what it is given. */
#include "directory/ctl/options.h"

#include <string.h>
#include <talloc.h>

int options_read(struct command_call *call, const struct option known[],
                 bool (*take)(struct command_call *call, int letter, void *to), void *to,
                 char *const **rest)
{
    char **argv = talloc_array(call->work->mem, char *, (unsigned)call->argc + 2);
    int letter;

    if (argv == NULL)
        return -1;
    argv[0] = (char[]){"agoractl"};
    memcpy(argv + 1, call->argv, sizeof *argv * (size_t)call->argc);
    argv[call->argc + 1] = NULL;
    optind = 0; /* begins anew */
    while ((letter = getopt_long(call->argc + 1, argv, "", known, NULL)) != -1)
        if (!take(call, letter, to))
            return -1;
    *rest = argv + optind;
    return call->argc + 1 - optind;
}
