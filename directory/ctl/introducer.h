/* agoractl introducer: the introducer's account on a stock TMTP server. */
#ifndef AGORA_CTL_INTRODUCER_H
#define AGORA_CTL_INTRODUCER_H

#include "directory/ctl/command.h"

enum agora_status ctl_introducer_register(struct command_call *call);

#endif
