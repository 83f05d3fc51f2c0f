/* Sending a message: by SMTP, or into a folder where there is no SMTP server. */
#ifndef AGORA_DOMAIN_MAIL_H
#define AGORA_DOMAIN_MAIL_H

#include "directory/base/work.h"

/* A message. */
struct mail {
    const char *to;          /* one address */
    const char *subject;     /* one line, UTF-8 */
    const char *text;        /* body, UTF-8, lines end with LF */
    const char *unsubscribe; /* http(s) address that ends messages of this kind when it is posted to
                                (RFC 8058), for those that may be ended; else NULL */
};

/**
 * Send a plain text message from [mail] from.
 *
 * To the SMTP server of [mail] smtp_url (TLS from the start for smtps://; for smtp:// STARTTLS,
 * demanded as soon as there is a user to sign in or the server is not on this machine). With no
 * server configured, a file ID.eml in [mail] mail_dir; the first time, the log says so.
 *
 * @param w       work; w->config has the settings
 * @param m       message
 * @param id      id of the outbox row: makes the Message-ID and the file's name, so that a message
 * sent twice is recognised; [A-Za-z0-9-]
 * @return AGORA_OK when the server, or the disk, has it; AGORA_INVALID_FIELD when it can never be
 * sent: an address, subject, link or id with a control character, or an address the server refuses
 * for good; AGORA_UNAVAILABLE when it is worth trying again
 */
enum agora_status mail_send(struct work *w, const struct mail *m, const char *id) AGORA_CHECKED;

#endif
