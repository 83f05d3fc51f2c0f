/* The worker runs the retention every hour; by hand it is for looking first, and after a hold was
 * lifted. */
#include "directory/ctl/retention.h"

#include <string.h>

#include "directory/domain/retention.h"

enum agora_status ctl_retention_report(struct command_call *call)
{
    if (call->argc != 0)
        return error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);
    return retention_print(call->work, stdout);
}

enum agora_status ctl_retention_run(struct command_call *call)
{
    bool dry = call->argc == 1 && strcmp(call->argv[0], "--dry-run") == 0;

    if (call->argc > 1 || (call->argc == 1 && !dry))
        return error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);
    return retention_run(call->work, dry, stdout);
}
