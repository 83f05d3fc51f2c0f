/* Search rows are kept in step by themselves; a rebuild is for after a restore or a new release. */
#include "directory/ctl/search.h"

#include <stdio.h>

#include "directory/ctl/progress.h"
#include "directory/domain/search_rebuild.h"

static void tell(void *cls, const char *what, uint64_t done, uint64_t total)
{
    progress_tell(cls, what, done, total);
}

enum agora_status ctl_search_rebuild_told(struct work *w, struct search_rebuilt *out)
{
    struct progress bar;
    const struct search_rebuild_ear ear = {.cls = &bar, .tell = tell};

    progress_begin(&bar);
    enum agora_status s = search_rebuild(w, &ear, out);
    progress_end(&bar);
    return s;
}

enum agora_status ctl_search_rebuild(struct command_call *call)
{
    struct search_rebuilt r;

    if (call->argc != 0)
        return error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);
    enum agora_status s = ctl_search_rebuild_told(call->work, &r);
    if (s == AGORA_OK)
        printf("%lld members can be found, in %lld strata\n", (long long)r.members,
               (long long)r.strata);
    return s;
}
