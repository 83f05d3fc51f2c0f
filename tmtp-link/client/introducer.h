/*
 * The introducer: the organisation's own TMTP account, which posts one thread to two members. Both
 * are in its cc, so that an unmodified client gets the other as a contact (docs/tmtp.md, section
 * 7).
 *
 * Each thread is posted exactly once, whatever crashes. It names its author too, so the server puts
 * it into the author's own queue if and only if it has stored it, and there it stays until it is
 * acked; its `ref` says which one it is. Before posting, the introducer reads its queue up to its
 * own last post, and so knows all that was stored before: also by another process, since the server
 * lets one link of a node in at a time.
 *
 * It stays logged in between posts and connects anew when the link is gone, or when nothing has
 * come over it for so long that it may be dead without anybody having said so: then a post to
 * itself has to come back. Pings can be listened to; other messages (its own `login` notices, the
 * replies of members who answer to all) are acked unread, so that the queue never blocks.
 */
#ifndef TMTP_CLIENT_INTRODUCER_H
#define TMTP_CLIENT_INTRODUCER_H

#include "tmtp-link/base/result.h"
#include "tmtp-link/client/session.h"
#include "tmtp-link/wire/inner.h"

struct introducer;

/**
 * A thread that was posted has come back. May happen more than once for one thread.
 *
 * @param ref     as given to introducer_post, perhaps by an earlier process
 * @param receipt the thread's id, and when it was posted
 * @return whether this is now known for good; if not, it comes again
 */
typedef bool (*introducer_came_back)(void *user, const char *ref,
                                     const struct session_receipt *receipt);

/** A ping that has come: that the alias is the sender's the server vouches for. */
struct introducer_ping {
    const char *uid, *alias; /**< of the sender */
    const char *text;        /**< UTF-8, whatever they wrote */
};

/**
 * Somebody has pinged the introducer. May happen more than once for one ping.
 *
 * @return whether this is now known for good; if not, it comes again
 */
typedef bool (*introducer_pinged)(void *user, const struct introducer_ping *ping);

struct introducer_options {
    const char *credentials_path; /**< what `tmtp register` or `tmtpd --add-service` made */
    const char *server;           /**< `+host:port` or `=host:port`, or NULL for the file's */
    const char *ca_file;          /**< authorities to trust, or NULL for the system's */
    int timeout_ms;               /**< of each exchange with the server; 0 for 30 s */
    int silence_ms; /**< without anything from the server, until the link is tried; 0 for 5 min */
    introducer_came_back came_back; /**< called within introducer_ready and introducer_close */
    introducer_pinged pinged;       /**< likewise; NULL when nobody wants to know */
    void *user;                     /**< for both */
};

/**
 * Read the introducer's credentials; connects only when there is something to post.
 *
 * @param[out] introducer to be closed by introducer_close; for one thread at a time
 * @return TMTP_OK; TMTP_NONE when there is no file; TMTP_LOCAL as credentials_load
 */
enum tmtp_result introducer_open(const struct introducer_options *options,
                                 struct introducer **introducer, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * The introducer's own uid, as the server knows it.
 */
const char *introducer_uid(const struct introducer *introducer);

/**
 * The name it goes by.
 */
const char *introducer_alias(const struct introducer *introducer);

/**
 * Log in unless that has been done, and take what has come, until all that this account posted
 * before has come back. From now until the next call that fails nobody else can post.
 *
 * @return TMTP_OK: what has not come back by now was never stored; TMTP_RETRY when the server is
 * away, the account is logged in elsewhere, came_back or pinged said no, or the link was lost
 * within seconds of the login; TMTP_AUTH when the account is not accepted; TMTP_PROTOCOL;
 * TMTP_LOCAL
 */
enum tmtp_result introducer_ready(struct introducer *introducer, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * A descriptor that becomes readable when introducer_ready should be called, -1 while not logged
 * in.
 */
int introducer_fd(const struct introducer *introducer);

/**
 * Milliseconds until introducer_ready has to be called again so that the link stays and is known to
 * live; -1 while not logged in.
 */
int introducer_due_ms(const struct introducer *introducer);

/**
 * Post one thread to two members. introducer_ready must have said TMTP_OK since the last post.
 *
 * @param members their aliases and uids on the server; both aliases must be theirs
 * @param subject of the thread
 * @param body    UTF-8 CommonMark; text of members must have been escaped
 * @param ref     text by which it is known when it comes back
 * @param[out] receipt the thread's id, and when it was posted
 * @return TMTP_OK; TMTP_REFUSED when the server does not take it: nobody has it; TMTP_RETRY when
 * the link was lost in between, or introducer_ready was left out: whether it was posted is known
 * when introducer_ready says TMTP_OK again; TMTP_PROTOCOL; TMTP_LOCAL
 */
enum tmtp_result introducer_post(struct introducer *introducer,
                                 const struct inner_person members[2], const char *subject,
                                 const char *body, const char *ref, struct session_receipt *receipt,
                                 struct tmtp_error *error) __attribute__((warn_unused_result));

/** Take what was posted last out of the queue, log out, close and free; NULL will do. */
void introducer_close(struct introducer *introducer);

#endif
