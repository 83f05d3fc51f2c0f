/* agoractl example load: members to look at, to test and to measure with. */
#ifndef AGORA_CTL_EXAMPLE_H
#define AGORA_CTL_EXAMPLE_H

#include "directory/ctl/command.h"

enum agora_status ctl_example_load(struct command_call *call);

#endif
