/* Search rows are kept in step by themselves; a rebuild is for after a restore or a new release. */
#include "directory/ctl/search.h"

#include <stdio.h>

#include "directory/domain/search.h"

enum agora_status ctl_search_rebuild(struct command_call *call)
{
    int64_t members, strata;

    if (call->argc != 0)
        return error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);
    enum agora_status s = search_rebuild(call->work, &members, &strata);
    if (s == AGORA_OK)
        printf("%lld members can be found, in %lld strata\n", (long long)members,
               (long long)strata);
    return s;
}
