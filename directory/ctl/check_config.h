/* agoractl check-config. */
#ifndef AGORA_CTL_CHECK_CONFIG_H
#define AGORA_CTL_CHECK_CONFIG_H

#include "directory/ctl/command.h"

enum agora_status ctl_check_config(struct command_call *call);

#endif
