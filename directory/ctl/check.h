/* agoractl check: the independent auditor. */
#ifndef AGORA_CTL_CHECK_H
#define AGORA_CTL_CHECK_H

#include "directory/ctl/command.h"

/** Look whether anything breaks a rule; names each violation and fails when there is one. */
enum agora_status ctl_check(struct command_call *call);

#endif
