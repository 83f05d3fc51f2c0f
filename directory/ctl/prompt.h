/* Asking the operator at the terminal. */
#ifndef AGORA_CTL_PROMPT_H
#define AGORA_CTL_PROMPT_H

#include "directory/base/work.h"

/**
 * Ask for a new password twice, without showing it.
 *
 * @param[out] out the password, owned by w->mem
 * @return AGORA_OK; AGORA_INVALID_FIELD when the two differ; AGORA_UNAVAILABLE when there is no
 * terminal
 */
enum agora_status prompt_password(struct work *w, char **out) AGORA_CHECKED;

#endif
