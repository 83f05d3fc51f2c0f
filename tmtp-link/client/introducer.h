/*
 * The introducer: the organisation's own TMTP account, which posts one thread to two members. Both
 * are in its cc, so that an unmodified client gets the other as a contact (docs/tmtp.md, section
 * 7).
 *
 * It stays logged in between posts, reconnects when the link is gone, and acks what it is sent (its
 * own `login` notices, and the replies of members who answer to all) unread.
 */
#ifndef TMTP_CLIENT_INTRODUCER_H
#define TMTP_CLIENT_INTRODUCER_H

#include "tmtp-link/base/result.h"
#include "tmtp-link/client/session.h"
#include "tmtp-link/wire/inner.h"

struct introducer;

/**
 * Read the introducer's credentials; connects only when there is something to post.
 *
 * @param credentials_path file that `tmtp register`, or `tmtpd --add-service`, made
 * @param server     `+host:port` or `=host:port`, or NULL for the file's
 * @param ca_file    authorities to trust for a `+host:port`, or NULL for the system's
 * @param timeout_ms of each exchange with the server; 0 for 30 s
 * @param[out] introducer to be closed by introducer_close; for one thread at a time
 * @return TMTP_OK; TMTP_NONE when there is no file; TMTP_LOCAL as credentials_load
 */
enum tmtp_result introducer_open(const char *credentials_path, const char *server,
                                 const char *ca_file, int timeout_ms,
                                 struct introducer **introducer, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * The introducer's own uid, as the server knows it.
 */
const char *introducer_uid(const struct introducer *introducer);

/**
 * Post one thread to two members.
 *
 * @param members their aliases and uids on the server; both aliases must be theirs
 * @param subject of the thread
 * @param body    UTF-8 CommonMark; text of members must have been escaped
 * @param[out] receipt the thread's id, and when it was posted
 * @return TMTP_OK; TMTP_REFUSED when the server does not take it: nobody has it; TMTP_RETRY when
 * the server is away, or the link was lost in between: then it is unknown whether it was posted,
 * and posting again makes at most one more copy; TMTP_AUTH when the account is not accepted;
 *         TMTP_PROTOCOL; TMTP_LOCAL
 */
enum tmtp_result introducer_post(struct introducer *introducer,
                                 const struct inner_person members[2], const char *subject,
                                 const char *body, struct session_receipt *receipt,
                                 struct tmtp_error *error) __attribute__((warn_unused_result));

/**
 * Keep the link, and take and ack what has come. To be called at least every minute while idle;
 * does nothing when not connected.
 */
void introducer_tend(struct introducer *introducer);

/** Log out, close and free; NULL will do. */
void introducer_close(struct introducer *introducer);

#endif
