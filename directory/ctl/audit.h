/* agoractl audit: the log and whether its chain is whole. */
#ifndef AGORA_CTL_AUDIT_H
#define AGORA_CTL_AUDIT_H

#include "directory/ctl/command.h"

enum agora_status ctl_audit_list(struct command_call *call);
enum agora_status ctl_audit_verify(struct command_call *call);
enum agora_status ctl_audit_checkpoint(struct command_call *call);

#endif
