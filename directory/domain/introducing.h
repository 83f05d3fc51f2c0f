/* The words of the thread that introduces two members to each other. */
#ifndef AGORA_DOMAIN_INTRODUCING_H
#define AGORA_DOMAIN_INTRODUCING_H

#include <jansson.h>
#include <stdbool.h>

/**
 * Write the thread.
 *
 * @param mem          talloc parent of the texts
 * @param action       as agora.tell_action() makes it: names, what was asked, why
 * @param base_url     [agora] base_url, for the link to the contact's page
 * @param can_end      whether the TMTP server takes a permission back: only then it is promised
 * @param[out] subject one line
 * @param[out] body    CommonMark; whatever members wrote is escaped and quoted
 * @return whether there was memory
 */
bool introducing_write(void *mem, const json_t *action, const char *base_url, bool can_end,
                       char **subject, char **body) __attribute__((warn_unused_result));

#endif
