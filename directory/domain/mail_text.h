/* The words of the messages about accounts, as payloads of the outbox: {"to", "subject", "text"}.
 */
#ifndef AGORA_DOMAIN_MAIL_TEXT_H
#define AGORA_DOMAIN_MAIL_TEXT_H

#include "directory/base/work.h"

/* Each makes a payload owned by w->mem; AGORA_INTERNAL when memory ran out. */

/** To somebody who applied: the code, and the names, so that an application by another is noticed.
 */
enum agora_status mail_application(struct work *w, const char *email, const char *given,
                                   const char *family, const char *code,
                                   const char **out) AGORA_CHECKED;

/** To somebody who has an account and for whom was applied again. */
enum agora_status mail_already_member(struct work *w, const char *email,
                                      const char **out) AGORA_CHECKED;

/** The code for a new password. */
enum agora_status mail_reset(struct work *w, const char *email, const char *code,
                             const char **out) AGORA_CHECKED;

/** The code to confirm a report that somebody is verified in the wrong name. */
enum agora_status mail_complaint(struct work *w, const char *email, const char *code,
                                 const char **out) AGORA_CHECKED;

/** The code for a domain of e-mail, to the address at that domain. */
enum agora_status mail_domain_code(struct work *w, const char *email, const char *code,
                                   const char **out) AGORA_CHECKED;

/** That the password was changed. */
enum agora_status mail_password_changed(struct work *w, const char *email,
                                        const char **out) AGORA_CHECKED;

#endif
