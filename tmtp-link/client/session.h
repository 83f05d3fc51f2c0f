/*
 * A session with any TMTP version 1 server, as a client: one call, one answer, each with a
 * time-out.
 *
 * What the server sends on its own meanwhile is kept, and given out by session_next. The caller
 * acks each message once it is safe; until then the server sends no other. After any result but
 * TMTP_OK, TMTP_NONE and TMTP_REFUSED the session is over and only session_close is left. The
 * program must ignore SIGPIPE. Requests for groups, files, presence and nodes are in requests.h.
 */
#ifndef TMTP_CLIENT_SESSION_H
#define TMTP_CLIENT_SESSION_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "tmtp-link/base/result.h"
#include "tmtp-link/client/stream.h"
#include "tmtp-link/wire/limits.h"

struct tmtp_session;

struct session_options {
    const char *server;  /**< `+host:port` or `=host:port`, see tls_open */
    const char *ca_file; /**< authorities to trust, or NULL for the system's */
    int timeout_ms;      /**< of each call; 0 for 30 s */
    size_t data_max;     /**< keep at most so much of a message's data; 0 for 64 MiB */
};

/** A provider of sign-ins that the server wants at registration. All texts live as long as the
 * session. */
struct session_provider {
    const char *label;
    const char *login_url, *login_params;
    const char *token_url, *token_params;
};

/** Who a client is: text of TMTP's base 32. */
struct session_identity {
    char uid[TMTP_UID_LEN + 1];
    char node[TMTP_NODE_LEN + 1];
};

/** The server's receipt for a message. */
struct session_receipt {
    char msgid[TMTP_MSGID_LEN + 1];
    char posted[32]; /**< as in `2026-11-24T11:52:00.123Z` */
};

/**
 * Connect and agree on the protocol (tmtprev).
 *
 * @param[out] session to be closed by session_close
 * @return TMTP_OK, or as tls_open; TMTP_PROTOCOL when the other end does not speak TMTP version 1
 */
enum tmtp_result session_open(const struct session_options *options, struct tmtp_session **session,
                              struct tmtp_error *error) __attribute__((warn_unused_result));

/**
 * The sign-in provider that the server offers at @a index.
 *
 * @return false when there are no more; with none at 0 the server takes registrations without
 */
bool session_provider(const struct tmtp_session *session, size_t index,
                      struct session_provider *provider);

/**
 * Register a new user with one node, and be logged in.
 *
 * @param node  label of this device
 * @param alias name to be known by, or "_" for none yet
 * @param oidc  what the provider gave, or NULL
 * @param[out] identity keep it safe: it can't be asked for again
 * @param[out] refusal empty, or why the alias was not given (the user exists all the same)
 * @return TMTP_OK; TMTP_AUTH when the server wants a sign-in, or does not accept this one
 */
enum tmtp_result session_register(struct tmtp_session *session, const char *node, const char *alias,
                                  json_t *oidc, struct session_identity *identity,
                                  struct tmtp_error *refusal, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Log in.
 *
 * @return TMTP_OK; TMTP_AUTH when the server does not know this uid and node; TMTP_RETRY when the
 * node is connected already (a link that died silently holds it for 2 minutes)
 */
enum tmtp_result session_login(struct tmtp_session *session, const char *uid, const char *node,
                               struct tmtp_error *error) __attribute__((warn_unused_result));

/**
 * Whether a user who shows it to this one was online at the login; what changes comes as messages
 * `ohi`.
 */
bool session_online(const struct tmtp_session *session, const char *uid);

/**
 * Take a further alias.
 *
 * @return TMTP_OK; TMTP_REFUSED with the server's reason, such as that it is taken
 */
enum tmtp_result session_add_alias(struct tmtp_session *session, const char *alias,
                                   struct tmtp_error *error) __attribute__((warn_unused_result));

/**
 * Send a ping: a short text to the owner of an alias, who learns the sender's uid.
 *
 * @param from own alias
 * @param to   alias
 * @param text UTF-8, at most 140 UTF-16 units
 * @return TMTP_OK; TMTP_REFUSED with the server's reason
 */
enum tmtp_result session_ping(struct tmtp_session *session, const char *from, const char *to,
                              const char *text, struct session_receipt *receipt,
                              struct tmtp_error *error) __attribute__((warn_unused_result));

/**
 * Post a message to users.
 *
 * @param uids      recipients' uids; none posts to the own other nodes only
 * @param datahead  inner header, JSON text
 * @param body      octets, may be NULL when @a body_len is 0
 * @return TMTP_OK; TMTP_REFUSED with the server's reason: then nobody gets it. After TMTP_RETRY it
 * is unknown whether it was posted.
 */
enum tmtp_result session_post(struct tmtp_session *session, const char *const *uids, size_t count,
                              const char *datahead, const char *body, size_t body_len,
                              struct session_receipt *receipt, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Take the next message; sends a pulse now and then while it waits, so that the link stays.
 *
 * @param wait_ms how long to wait; 0 takes what is here
 * @param[out] message to be freed by stream_message_free
 * @return TMTP_OK; TMTP_NONE when none came in time
 */
enum tmtp_result session_next(struct tmtp_session *session, int wait_ms,
                              struct tmtp_message **message, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Tell the server that a message is safe here; it leaves the queue. What is not queued needs no
 * ack.
 */
enum tmtp_result session_ack(struct tmtp_session *session, const struct tmtp_message *message,
                             struct tmtp_error *error) __attribute__((warn_unused_result));

/**
 * Keep the link: needed when two minutes pass without any other call.
 */
enum tmtp_result session_pulse(struct tmtp_session *session, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Log out: the node is free for the next login when this returns TMTP_OK.
 */
enum tmtp_result session_quit(struct tmtp_session *session, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/** Close and free; NULL will do. */
void session_close(struct tmtp_session *session);

#endif
