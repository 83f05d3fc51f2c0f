/* agoractl migrate: bring the database up to this program, as its owner, and tell it what the
 * organisation is called. */
#include "directory/ctl/migrate.h"

#include <string.h>

#include "directory/db/migrate.h"
#include "directory/domain/vocabulary.h"

enum agora_status ctl_migrate(struct command_call *call)
{
    const char *owner = call->config->database_owner_connection;

    if (call->argc == 2 && strcmp(call->argv[0], "--owner") == 0)
        owner = call->argv[1];
    else if (call->argc != 0)
        return AGORA_MALFORMED;
    enum agora_status s = migrate(owner, stdout, &call->work->error);
    if (s != AGORA_OK)
        return s;
    return vocabulary_organisation(call->work, call->config->agora_organisation);
}
