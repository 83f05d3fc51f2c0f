/* The commands about evidence files: master keys, and the erasure journal. */
#ifndef AGORA_CTL_EVIDENCE_H
#define AGORA_CTL_EVIDENCE_H

#include "directory/ctl/command.h"

enum agora_status ctl_keys_evidence(struct command_call *call) AGORA_CHECKED;
enum agora_status ctl_evidence_replay(struct command_call *call) AGORA_CHECKED;

#endif
