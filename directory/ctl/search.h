/* agoractl search rebuild. */
#ifndef AGORA_CTL_SEARCH_H
#define AGORA_CTL_SEARCH_H

#include "directory/ctl/command.h"

enum agora_status ctl_search_rebuild(struct command_call *call);

#endif
