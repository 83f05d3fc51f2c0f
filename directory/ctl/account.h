/* agoractl admin add, account add, suspend and resume, role grant, role revoke. */
#ifndef AGORA_CTL_ACCOUNT_H
#define AGORA_CTL_ACCOUNT_H

#include "directory/ctl/command.h"

enum agora_status ctl_admin_add(struct command_call *call);
enum agora_status ctl_account_add(struct command_call *call);
enum agora_status ctl_account_suspend(struct command_call *call);
enum agora_status ctl_account_resume(struct command_call *call);
enum agora_status ctl_role_grant(struct command_call *call);
enum agora_status ctl_role_revoke(struct command_call *call);

#endif
