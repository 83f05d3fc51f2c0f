/* agoractl verification recall. */
#ifndef AGORA_CTL_RECALL_H
#define AGORA_CTL_RECALL_H

#include "directory/ctl/command.h"

/** Say what a recall of a verifier's work would reach; unless it is a dry run, ask for it. */
enum agora_status ctl_verification_recall(struct command_call *call);

#endif
