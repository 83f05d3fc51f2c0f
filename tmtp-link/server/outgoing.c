/*
 * A message on its way to the queues.
 */
#include "tmtp-link/server/outgoing.h"

#include <openssl/crypto.h>
#include <stdlib.h>

#include "tmtp-link/server/deliver.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/session.h"
#include "tmtp-link/server/store.h"

void outgoing_take_data(struct outgoing *message, struct link *link)
{
    message->data = link->data;
    message->upload = link->upload;
    link->data = (struct buffer){0};
    link->upload = 0;
}

json_t *outgoing_begin(struct outgoing *message, const struct link *link, const char *op)
{
    message->id = store_next_id(link->server->store);
    if (message->posted[0] == '\0') {
        identity_posted(message->posted);
    }
    return identity_header(op, link->uid, message->id, message->posted, message->data_len);
}

void outgoing_set_text(json_t *header, const char *key, struct tmtp_text text)
{
    json_object_set_new(header, key, json_stringn(text.at, text.len));
}

void outgoing_set_number(json_t *header, const char *key, int64_t number)
{
    if (number != 0) {
        json_object_set_new(header, key, json_integer(number));
    }
}

bool outgoing_seal(struct outgoing *message, json_t *header)
{
    message->frame =
        header == NULL ? NULL : header_frame(header, HEADER_WITH_SUM, NULL, 0, &message->frame_len);
    json_decref(header);
    return message->frame != NULL;
}

void outgoing_queued(const struct outgoing *message, struct server *server, int64_t node)
{
    struct deliver_message sent = {
        .id = message->id,
        .first = message->first,
        .header = message->frame,
        .header_len = message->frame_len,
        .data = message->data.at == NULL ? NULL : message->data.at + message->data.begin,
        .data_len = buffer_len(&message->data),
        .total_len = message->data_len,
        .upload = message->upload,
    };

    deliver_queued(server, node, &sent);
}

void outgoing_answer(const struct outgoing *message, struct link *link, struct tmtp_text id,
                     const char *error)
{
    if (error != NULL) {
        session_ack(link, id.at, id.len, error);
    } else {
        session_ack_message(link, id, message->id, message->posted);
    }
}

void outgoing_free(struct outgoing *message)
{
    if (message->frame != NULL) {
        OPENSSL_cleanse(message->frame, message->frame_len);
    }
    free(message->frame);
    buffer_free(&message->data);
    *message = (struct outgoing){0};
}
