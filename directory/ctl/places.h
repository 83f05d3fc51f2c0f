/* agoractl places import: countries, regions and cities from a file. */
#ifndef AGORA_CTL_PLACES_H
#define AGORA_CTL_PLACES_H

#include "directory/ctl/command.h"

enum agora_status ctl_places_import(struct command_call *call);

#endif
