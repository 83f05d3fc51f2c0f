/* agoractl try …: do with one file or address what the service would do with it, and show what came
 * of it; for an operator who looks for the reason of a refusal. */
#ifndef AGORA_CTL_TRY_H
#define AGORA_CTL_TRY_H

#include "directory/ctl/command.h"

enum agora_status ctl_try_file(struct command_call *call) AGORA_CHECKED;
enum agora_status ctl_try_url(struct command_call *call) AGORA_CHECKED;
enum agora_status ctl_try_txt(struct command_call *call) AGORA_CHECKED;

#endif
