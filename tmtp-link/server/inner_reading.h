/*
 * One inner header while it is held against the rules: between inner_rules.c and inner_attach.c.
 */
#ifndef TMTPD_INNER_READING_H
#define TMTPD_INNER_READING_H

#include "tmtp-link/server/inner_rules.h"
#include "tmtp-link/wire/inner.h"
#include "tmtp-link/wire/json.h"

/** Octets: more than the header with which a message is delivered. */
#define INNER_HEADER_ROOM 256

/** That of the message, or of the notification before it. */
struct inner_reading {
    const struct inner_question *question;
    struct inner_facts *facts;
    struct inner inner;
    int64_t room;   /**< octets after it for the body and attachments */
    bool note;      /**< it is the notification's */
    bool no_memory; /**< why it went wrong, if there is no fault */
};

/** Note what is wrong; false, for the caller to return. */
bool inner_complain(struct inner_reading *reading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Whether the attachments can be taken out of the data, and all of it be kept by a client. */
bool inner_attach_ok(struct inner_reading *reading) __attribute__((warn_unused_result));

#endif
