/*
 * The JSON header of a frame: read into a struct, or written for a message from the server.
 *
 * Keys match without regard to case, since the client sends `DataLen` where the documents say
 * `datalen`; of two that match the later counts. Unknown keys are skipped, null is as if absent,
 * any other value of the wrong type makes the header invalid, and no number may be negative or
 * beyond 2^53 - 1. Text is given back exactly as it came, NUL included, so it has a length and no
 * end.
 */
#ifndef TMTP_WIRE_HEADER_H
#define TMTP_WIRE_HEADER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a client asks for: the number in `op`. */
enum tmtp_op {
    TMTP_NO_OP = -1, /**< absent, or a text (see tmtp_header.op_name) */
    TMTP_REV,
    TMTP_REGISTER,
    TMTP_LOGIN,
    TMTP_USER_EDIT,
    TMTP_OHI_EDIT,
    TMTP_GROUP_INVITE,
    TMTP_GROUP_EDIT,
    TMTP_POST,
    TMTP_POST_NOTIFY,
    TMTP_PING,
    TMTP_ACK,
    TMTP_PULSE,
    TMTP_QUIT,
    TMTP_OP_END
};

/** Type of a recipient in `for`. */
enum tmtp_for_type { TMTP_FOR_UID = 1, TMTP_FOR_GROUP, TMTP_FOR_GROUP_NOT_SELF };

/** Text of a header: UTF-8, not ended by NUL (though NUL follows); .at is NULL when absent. */
struct tmtp_text {
    const char *at;
    size_t len;
};

/** One recipient. */
struct tmtp_for {
    struct tmtp_text id;
    int64_t type;
};

/** A list of recipients; .given tells an empty list from none. */
struct tmtp_for_list {
    struct tmtp_for *items;
    size_t count;
    bool given;
};

/** What a client sends of its sign-in with an OpenID provider. */
struct tmtp_oidc {
    bool given;
    struct tmtp_text token_type, scope, access_token, id_token, refresh_token;
    int64_t expires_in;
};

/** A header; numbers that are absent are 0, texts have .at NULL. All texts live as long as it does.
 */
struct tmtp_header {
    json_t *json; /**< what was read; owns every text below */

    int op;                   /**< enum tmtp_op, or a number that is none */
    struct tmtp_text op_name; /**< `op` of a message from the server */

    struct tmtp_text id, uid, gid, node, newnode, newalias, from, to, act, type;
    int64_t datalen, datahead, datasum, notelen, notehead, notesum;
    struct tmtp_for_list for_, notefor;
    bool fornotself;
    struct tmtp_oidc oidc;

    /* from the server only */
    struct tmtp_text name, nodeid, alias, info, error, msgid, posted, postid;
    int64_t headsum, status, notify, auth;
    json_t *authby, *ohi; /**< arrays, or NULL */
};

/**
 * Read a header.
 *
 * @param text   JSON text
 * @param len    its octets
 * @param[out] header filled; to be freed by header_free, on failure too
 * @return false when it is not one JSON object of at most TMTP_JSON_DEPTH_MAX levels in valid
 * UTF-8, a known key has a wrong type, or there is no memory
 */
bool header_parse(const char *text, size_t len, struct tmtp_header *header)
    __attribute__((warn_unused_result));

/**
 * Whether a client's header has what its op requires: docs/tmtp.md, section 3.
 *
 * Does not judge what has an answer of its own: 1 <= notelen < datalen, an empty `for` with
 * fornotself, the length of ping text, and the form of uids and aliases.
 *
 * @return false when the answer is `quit` "invalid header"
 */
bool header_is_request(const struct tmtp_header *header) __attribute__((warn_unused_result));

/**
 * Free what a header holds; one that is all zero will do.
 */
void header_free(struct tmtp_header *header);

/**
 * Whether a text is exactly this.
 */
bool tmtp_text_is(struct tmtp_text text, const char *expected);

/** What header_frame adds to a message. */
enum header_sum {
    HEADER_PLAIN,   /**< nothing: answers, which are not queued */
    HEADER_WITH_SUM /**< headsum: every queued message */
};

/**
 * Make the frame of a message: keys in alphabetical order, no space, and with its checksum when
 * wanted.
 *
 * The checksum is CRC-32C of the frame as it would be without it: four digits and JSON, no data.
 *
 * @param message  object; not changed but for `headsum`, its reference stays the caller's
 * @param sum      whether to add `headsum`
 * @param data     octets that follow the header; NULL when @a data_len is 0, or when they are sent
 * apart
 * @param data_len their number
 * @param[out] len octets of the frame
 * @return the frame, to be freed by free(); NULL when the header is longer than 65,535 octets or no
 * memory
 * @see docs/tmtp.md, section 4
 */
char *header_frame(json_t *message, enum header_sum sum, const void *data, size_t data_len,
                   size_t *len) __attribute__((warn_unused_result));

#endif
