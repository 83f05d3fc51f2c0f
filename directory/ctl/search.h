/* agoractl search rebuild. */
#ifndef AGORA_CTL_SEARCH_H
#define AGORA_CTL_SEARCH_H

#include "directory/ctl/command.h"
#include "directory/domain/search_rebuild.h"

/** search_rebuild() with a bar on a terminal that says how far it is. */
enum agora_status ctl_search_rebuild_told(struct work *w, struct search_rebuilt *out) AGORA_CHECKED;

enum agora_status ctl_search_rebuild(struct command_call *call);

#endif
