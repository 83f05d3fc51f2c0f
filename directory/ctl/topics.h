/* agoractl topics import: a taxonomy from a file. */
#ifndef AGORA_CTL_TOPICS_H
#define AGORA_CTL_TOPICS_H

#include "directory/ctl/command.h"

enum agora_status ctl_topics_import(struct command_call *call);

#endif
