/*
 * What a client asks of its server once it is logged in, beyond what session.h has: messages to
 * groups and with files, groups themselves, presence, further nodes. Each is acked.
 */
#ifndef TMTP_CLIENT_REQUESTS_H
#define TMTP_CLIENT_REQUESTS_H

#include <stdint.h>

#include "tmtp-link/client/session.h"
#include "tmtp-link/wire/header.h"

/** A recipient. */
struct session_to {
    const char *id; /**< uid, or a group's name */
    enum tmtp_for_type type;
};

/** Octets that are read from a file while they are sent. */
struct session_file {
    int fd;        /**< at the first of them; stays the caller's */
    uint64_t size; /**< octets to send */
};

/** A message to be posted. */
struct session_letter {
    const struct session_to *to;
    size_t to_count;
    const char *datahead; /**< inner header, JSON text */
    const char *body;     /**< may be NULL when body_len is 0 */
    size_t body_len;
    const struct session_file *files; /**< follow the body, in this order */
    size_t file_count;
};

/**
 * Send a request and wait for its ack.
 *
 * @param header JSON object without `id`; its reference is taken, also on failure; NULL is a
 * failure to make it
 * @param data   octets that follow, then those of the files; NULL when @a data_len is 0
 * @return TMTP_OK; TMTP_REFUSED with the server's reason; TMTP_LOCAL when a file ended early or
 * can't be read: then the session is over, and the server has taken nothing
 */
enum tmtp_result session_request(struct tmtp_session *session, json_t *header, const char *data,
                                 size_t data_len, const struct session_file *files,
                                 size_t file_count, struct session_receipt *receipt,
                                 struct tmtp_error *error) __attribute__((warn_unused_result));

/**
 * Post a message; as session_post, but also to groups and with files. Memory does not grow with the
 * files.
 */
enum tmtp_result session_send(struct tmtp_session *session, const struct session_letter *letter,
                              struct session_receipt *receipt, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Invite somebody to a group, which is made when there is none of this name.
 *
 * @param gid  name of the group: as an alias
 * @param from own alias
 * @param to   alias of who is invited
 * @param text UTF-8, at most 140 UTF-16 units
 */
enum tmtp_result session_group_invite(struct tmtp_session *session, const char *gid,
                                      const char *from, const char *to, const char *text,
                                      struct session_receipt *receipt, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Change the membership of a group.
 *
 * @param act      `join`, `alias` (go by another name in it) or `drop`
 * @param newalias for join (or NULL) and alias
 * @param to       for drop: who leaves, by the alias in the group
 */
enum tmtp_result session_group_edit(struct tmtp_session *session, const char *gid, const char *act,
                                    const char *newalias, const char *to, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Show users that this one is online.
 *
 * @param type `add`, `drop`, or `init`, which own other nodes are not told
 */
enum tmtp_result session_ohi(struct tmtp_session *session, const char *const *uids, size_t count,
                             const char *type, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Ask for a further node. Its password comes in a message `user`, which session_next gives.
 */
enum tmtp_result session_new_node(struct tmtp_session *session, const char *label,
                                  struct tmtp_error *error) __attribute__((warn_unused_result));

#endif
