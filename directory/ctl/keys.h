/* agoractl keys rotate, tmtp-config. */
#ifndef AGORA_CTL_KEYS_H
#define AGORA_CTL_KEYS_H

#include "directory/ctl/command.h"

enum agora_status ctl_keys_rotate(struct command_call *call);
enum agora_status ctl_keys_person(struct command_call *call);
enum agora_status ctl_tmtp_config(struct command_call *call);

#endif
