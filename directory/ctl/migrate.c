/* agoractl migrate: bring the database up to this program, as its owner. */
#include "directory/ctl/migrate.h"

#include <string.h>

#include "directory/db/migrate.h"

enum agora_status ctl_migrate(struct command_call *call)
{
    const char *owner = call->config->database_owner_connection;

    if (call->argc == 2 && strcmp(call->argv[0], "--owner") == 0)
        owner = call->argv[1];
    else if (call->argc != 0)
        return AGORA_MALFORMED;
    return migrate(owner, stdout, &call->work->error);
}
