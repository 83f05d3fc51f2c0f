/* agoractl policy simulate. */
#ifndef AGORA_CTL_POLICY_H
#define AGORA_CTL_POLICY_H

#include "directory/ctl/command.h"

enum agora_status ctl_policy_simulate(struct command_call *call);

#endif
