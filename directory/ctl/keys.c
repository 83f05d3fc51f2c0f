/* agoractl keys: a new key to sign with; keys for the hashes of persons. */
#include "directory/ctl/keys.h"

#include <string.h>

#include "directory/domain/keys.h"
#include "directory/domain/person_key.h"

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

static enum agora_status retire_person_key(struct command_call *call)
{
    int64_t lost;
    enum agora_status s = person_key_retire(call->work, call->argv[1], &lost);

    if (s == AGORA_OK)
        printf("The key %s is gone. %lld erased persons are found again no more.\n", call->argv[1],
               (long long)lost);
    return s;
}

enum agora_status ctl_keys_person(struct command_call *call)
{
    const char *id;
    int64_t queued;

    if (call->argc == 2 && strcmp(call->argv[0], "--retire") == 0)
        return retire_person_key(call);
    if (call->argc != 0)
        return AGORA_MALFORMED;
    enum agora_status s = person_key_add(call->work, &id, &queued);
    if (s == AGORA_OK)
        printf(
            "Persons are hashed by the key %s from now on; the worker does the %lld accounts and "
            "cases there are.\nKeep a copy of the file apart from the database's.\n",
            id, (long long)queued);
    return s;
}
