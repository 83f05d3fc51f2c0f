/* agoractl check-config: by the time a command runs the file was read, so that what is left is to
 * see whether the database can be reached and fits this program. */
#include "directory/ctl/check_config.h"

#include "directory/domain/readiness.h"

enum agora_status ctl_check_config(struct command_call *call)
{
    if (call->argc != 0)
        return AGORA_MALFORMED;
    call->work->reading = true;
    enum agora_status s = readiness_check_all(call->work);
    if (s == AGORA_OK)
        printf("%s is right, and the database fits this program.\n",
               call->config->path[0] != '\0' ? call->config->path : "The default configuration");
    return s;
}
