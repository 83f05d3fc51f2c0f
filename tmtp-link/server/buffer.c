/*
 * Octets that grow at the end and are taken from the front.
 */
#include "tmtp-link/server/buffer.h"

#include <stdlib.h>
#include <string.h>

char *buffer_extend(struct buffer *buffer, size_t len)
{
    size_t held = buffer_len(buffer);

    if (buffer->end + len > buffer->room && buffer->begin > 0) {
        memmove(buffer->at, buffer->at + buffer->begin, held);
        buffer->begin = 0;
        buffer->end = held;
    }
    if (buffer->end + len > buffer->room) {
        size_t room = held == 0 ? len : held + len + (held + len) / 2; /* most get no more */
        char *at = realloc(buffer->at, room);

        if (at == NULL) {
            return NULL;
        }
        buffer->at = at;
        buffer->room = room;
    }
    buffer->end += len;
    return buffer->at + buffer->end - len;
}

bool buffer_add(struct buffer *buffer, const void *data, size_t len)
{
    char *room = len == 0 ? NULL : buffer_extend(buffer, len);

    if (room != NULL) {
        memcpy(room, data, len);
    }
    return room != NULL || len == 0;
}

void buffer_take(struct buffer *buffer, size_t len)
{
    buffer->begin += len;
    if (buffer->begin == buffer->end) {
        buffer_free(buffer);
    }
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->at);
    *buffer = (struct buffer){0};
}
