/* agoractl receipt verify. */
#ifndef AGORA_CTL_RECEIPT_H
#define AGORA_CTL_RECEIPT_H

#include "directory/ctl/command.h"

enum agora_status ctl_receipt_verify(struct command_call *call);

#endif
