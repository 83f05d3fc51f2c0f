/* agoractl roster: lists of members, registers and sanctions, from files. */
#ifndef AGORA_CTL_ROSTER_H
#define AGORA_CTL_ROSTER_H

#include "directory/ctl/command.h"

/** Read a file and, without --dry-run, bring it into force. */
enum agora_status ctl_roster_import(struct command_call *call) AGORA_CHECKED;

/** Print the lists with what is in force. */
enum agora_status ctl_roster_list(struct command_call *call) AGORA_CHECKED;

/** Go back to the import before. */
enum agora_status ctl_roster_undo(struct command_call *call) AGORA_CHECKED;

#endif
