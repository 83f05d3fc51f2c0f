/*
 * Requests that are acked: each is a header, and for some data, and session_request does the rest.
 */
#include "tmtp-link/client/requests.h"

#include <stdlib.h>
#include <string.h>

/* One without data, and whose receipt says nothing. */
static enum tmtp_result ask(struct tmtp_session *session, json_t *header, struct tmtp_error *error)
{
    struct session_receipt unused;

    return session_request(session, header, NULL, 0, NULL, 0, &unused, error);
}

enum tmtp_result session_add_alias(struct tmtp_session *session, const char *alias,
                                   struct tmtp_error *error)
{
    return ask(session, json_pack("{s:i, s:s}", "op", TMTP_USER_EDIT, "newalias", alias), error);
}

enum tmtp_result session_new_node(struct tmtp_session *session, const char *label,
                                  struct tmtp_error *error)
{
    return ask(session, json_pack("{s:i, s:s}", "op", TMTP_USER_EDIT, "newnode", label), error);
}

enum tmtp_result session_ping(struct tmtp_session *session, const char *from, const char *to,
                              const char *text, struct session_receipt *receipt,
                              struct tmtp_error *error)
{
    size_t len = strlen(text);

    return session_request(session,
                           json_pack("{s:i, s:s, s:s, s:I}", "op", TMTP_PING, "from", from, "to",
                                     to, "datalen", (json_int_t)len),
                           text, len, NULL, 0, receipt, error);
}

enum tmtp_result session_group_invite(struct tmtp_session *session, const char *gid,
                                      const char *from, const char *to, const char *text,
                                      struct session_receipt *receipt, struct tmtp_error *error)
{
    size_t len = strlen(text);

    return session_request(session,
                           json_pack("{s:i, s:s, s:s, s:s, s:I}", "op", TMTP_GROUP_INVITE, "gid",
                                     gid, "from", from, "to", to, "datalen", (json_int_t)len),
                           text, len, NULL, 0, receipt, error);
}

enum tmtp_result session_group_edit(struct tmtp_session *session, const char *gid, const char *act,
                                    const char *newalias, const char *to, struct tmtp_error *error)
{
    return ask(session,
               json_pack("{s:i, s:s, s:s, s:s*, s:s*}", "op", TMTP_GROUP_EDIT, "gid", gid, "act",
                         act, "newalias", newalias, "to", to),
               error);
}

/* A list `for`, or NULL. */
static json_t *recipients(const struct session_to *to, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        if (json_array_append_new(
                list, json_pack("{s:s, s:i}", "id", to[i].id, "type", (int)to[i].type)) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

enum tmtp_result session_ohi(struct tmtp_session *session, const char *const *uids, size_t count,
                             const char *type, struct tmtp_error *error)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_pack("{s:s}", "id", uids[i]));
    }
    return ask(session,
               json_pack("{s:i, s:o, s:s}", "op", TMTP_OHI_EDIT, "for", list, "type", type), error);
}

enum tmtp_result session_send(struct tmtp_session *session, const struct session_letter *letter,
                              struct session_receipt *receipt, struct tmtp_error *error)
{
    size_t head_len = strlen(letter->datahead), len = head_len + letter->body_len;
    uint64_t all = len;
    enum tmtp_result result;
    char *data = malloc(len + 1); /* octets, not a string; none is still an address */
    char *end;

    if (data == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    end = mempcpy(data, letter->datahead, head_len);
    if (letter->body_len > 0) {
        memcpy(end, letter->body, letter->body_len);
    }
    for (size_t i = 0; i < letter->file_count; i++) {
        all += letter->files[i].size;
    }
    result = session_request(session,
                             json_pack("{s:i, s:o, s:I, s:I}", "op", TMTP_POST, "for",
                                       recipients(letter->to, letter->to_count), "datahead",
                                       (json_int_t)head_len, "datalen", (json_int_t)all),
                             data, len, letter->files, letter->file_count, receipt, error);
    free(data);
    return result;
}

enum tmtp_result session_post(struct tmtp_session *session, const char *const *uids, size_t count,
                              const char *datahead, const char *body, size_t body_len,
                              struct session_receipt *receipt, struct tmtp_error *error)
{
    struct session_to *to = calloc(count + 1, sizeof *to);
    struct session_letter letter = {
        .to = to, .to_count = count, .datahead = datahead, .body = body, .body_len = body_len};
    enum tmtp_result result;

    if (to == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    for (size_t i = 0; i < count; i++) {
        to[i] = (struct session_to){.id = uids[i], .type = TMTP_FOR_UID};
    }
    result = session_send(session, &letter, receipt, error);
    free(to);
    return result;
}
