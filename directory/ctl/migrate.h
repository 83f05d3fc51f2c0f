/* agoractl migrate. */
#ifndef AGORA_CTL_MIGRATE_H
#define AGORA_CTL_MIGRATE_H

#include "directory/ctl/command.h"

enum agora_status ctl_migrate(struct command_call *call);

#endif
