/* agoractl introducer register: once, before agorad is started. tmtpd makes the introducer's
 * account itself (tmtpd --add-service), because only there it has to be one that may write to
 * everybody. */
#include "directory/ctl/introducer.h"

#include "directory/domain/tmtp_introducer.h"

enum agora_status ctl_introducer_register(struct command_call *call)
{
    const struct config *c = call->config;

    if (call->argc != 0)
        return AGORA_MALFORMED;
    enum agora_status s = tmtp_introducer_register(call->work);
    if (s == AGORA_OK)
        printf("%s is the introducer at %s; its account is in %s.\n", c->tmtp_introducer_alias,
               c->tmtp_server, c->tmtp_introducer_credentials);
    return s;
}
