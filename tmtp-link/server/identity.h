/*
 * Who is who in TMTP: uids, node passwords and aliases (docs/tmtp.md, section 5), and the header of
 * a queued message.
 */
#ifndef TMTPD_IDENTITY_H
#define TMTPD_IDENTITY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/wire/header.h"
#include "tmtp-link/wire/limits.h"

#define IDENTITY_SECRET 32 /* octets kept of a node's password */
#define POSTED_SIZE     25 /* "2026-11-24T11:52:00.123Z" and NUL */

/** Make a uid nobody can guess. */
void identity_uid(char uid[TMTP_UID_LEN + 1]);

/** Make a node's password, and what is kept of it. */
void identity_node(char password[TMTP_NODE_LEN + 1], uint8_t secret[IDENTITY_SECRET]);

/**
 * What is kept of a password.
 *
 * @return false when it is not base 32
 */
bool identity_secret(struct tmtp_text password, uint8_t secret[IDENTITY_SECRET])
    __attribute__((warn_unused_result));

/** Fields that hold the name of a user or group. */
enum identity_name { IDENTITY_NEWALIAS, IDENTITY_GID, IDENTITY_TO };

/** What is wrong with the form of a name, for the client's user; NULL when nothing is. */
const char *identity_name_fault(enum identity_name field, struct tmtp_text name);

/** Now, as a header says it. */
void identity_posted(char posted[POSTED_SIZE]);

/**
 * Begin the header of a queued message with the fields that all have.
 *
 * @param op     such as "delivery"
 * @param from   uid of the sender
 * @return the header, the caller's; NULL when there is no memory
 */
json_t *identity_header(const char *op, const char *from, int64_t id, const char *posted,
                        int64_t datalen);

#endif
