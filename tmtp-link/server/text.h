/*
 * Texts that come from clients: those of pings and invitations, names, and the answer that a name
 * gets which its sender may not use.
 */
#ifndef TMTPD_TEXT_H
#define TMTPD_TEXT_H

#include <stddef.h>

#include "tmtp-link/server/buffer.h"
#include "tmtp-link/wire/header.h"
#include "tmtp-link/wire/limits.h"

struct params;

/** Room for the answer of text_refusal: four octets a character. */
#define TEXT_REFUSAL_SIZE (TMTP_ALIAS_CHARS_MAX * 4 + 32)

/**
 * What is wrong with the text of a ping or an invitation.
 *
 * @return text of a quit (docs/tmtp.md, section 3); NULL when nothing is
 */
const char *text_fault(const struct buffer *text);

/** A few words, such as "not introduced to", and the name in those of the request, cut to the
 * length of one. */
void text_refusal(const char *what, struct tmtp_text name, char answer[TEXT_REFUSAL_SIZE]);

/** Add a name as an array item: what holds NUL, which the database does not take, is nobody's. */
void text_name_item(struct params *params, struct tmtp_text name);
/** Add a name as a parameter; null when it is absent or empty. */
void text_name(struct params *params, struct tmtp_text name);

#endif
