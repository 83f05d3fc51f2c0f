/* agoractl retention: what is kept how long, and removing what is due. */
#ifndef AGORA_CTL_RETENTION_H
#define AGORA_CTL_RETENTION_H

#include "directory/ctl/command.h"

enum agora_status ctl_retention_report(struct command_call *call);
enum agora_status ctl_retention_run(struct command_call *call);

#endif
