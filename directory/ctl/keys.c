/* agoractl keys rotate: a new key to sign id_tokens. */
#include "directory/ctl/keys.h"

#include "directory/domain/keys.h"

enum agora_status ctl_keys_rotate(struct command_call *call)
{
    const char *kid;

    if (call->argc != 0)
        return AGORA_MALFORMED;
    enum agora_status s = keys_rotate(call->work, &kid);
    if (s == AGORA_OK)
        printf("The key %s signs from now on; the one before stays published.\n"
               "tmtpd fetches it by itself; a stock TMTP server knows it after a restart.\n",
               kid);
    return s;
}
