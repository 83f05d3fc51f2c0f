/*
 * Every number that TMTP version 1 fixes, in one place.
 *
 * The protocol's text gives few of them; most are what its server (mnm) and client (mnm-hammer) do.
 * Those marked "ours" are limits that the stock server lacks and dies of (docs/tmtp.md, section 8).
 */
#ifndef TMTP_WIRE_LIMITS_H
#define TMTP_WIRE_LIMITS_H

/* Frame: docs/tmtp.md, section 1. */
#define TMTP_LENGTH_DIGITS 4
#define TMTP_HEADER_MIN    8
#define TMTP_HEADER_MAX    65535

/* The largest number that any JSON reader holds exactly, 2^53 - 1; ours. */
#define TMTP_NUMBER_MAX INT64_C(9007199254740991)

/* Objects and arrays within one another in a header; the protocol needs 3; ours. */
#define TMTP_JSON_DEPTH_MAX 16

/* Identities: section 5. A character of base 32 stands for five bits. */
#define TMTP_UID_OCTETS       20
#define TMTP_UID_LEN          32
#define TMTP_NODE_OCTETS      25
#define TMTP_NODE_LEN         40
#define TMTP_MSGID_LEN        16
#define TMTP_ALIAS_OCTETS_MIN 8
#define TMTP_ALIAS_CHARS_MAX  80
#define TMTP_NODES_MAX        100

/* Text of a ping or an invitation: section 3. UTF-16 units, since the client counts in JavaScript.
 */
#define TMTP_PING_UNITS_MAX  140
#define TMTP_PING_OCTETS_MAX 420

/* The notification of a PostNotify, octets: it is kept whole with the link; ours. */
#define TMTP_NOTE_MAX 65536

/* Users whom one tells of one's presence, and those an `info` lists at once; ours. */
#define TMTP_OHI_MAX 1000

/* Members of a group, the invited ones too; ours. */
#define TMTP_MEMBERS_MAX 1000

/* Time-outs, seconds: section 2. */
#define TMTP_LOGIN_S 5
#define TMTP_PULSE_S 120
#define TMTP_ACK_S   30

/* Inner layer: section 7, and docs/tmtp-admin.md "check_inner". The client spins on more than 64
 * KiB. */
#define TMTP_INNER_MAX 61440
#define TMTP_CC_MAX    250

#endif
