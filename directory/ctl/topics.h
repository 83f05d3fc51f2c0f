/* agoractl topics …: a taxonomy from a file, its keeping by hand, and as a file. */
#ifndef AGORA_CTL_TOPICS_H
#define AGORA_CTL_TOPICS_H

#include "directory/ctl/command.h"

enum agora_status ctl_topics_import(struct command_call *call);
enum agora_status ctl_topics_merge(struct command_call *call);
enum agora_status ctl_topics_label(struct command_call *call);
enum agora_status ctl_topics_orphans(struct command_call *call);
enum agora_status ctl_topics_export(struct command_call *call);

#endif
