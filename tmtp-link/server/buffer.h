/*
 * Octets that grow at the end and are taken from the front.
 */
#ifndef TMTPD_BUFFER_H
#define TMTPD_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/** All zero is an empty one. The octets are at[begin … end). */
struct buffer {
    char *at;
    size_t begin, end, room;
};

/** Octets held. */
static inline size_t buffer_len(const struct buffer *buffer)
{
    return buffer->end - buffer->begin;
}

/**
 * Room for @a len octets at the end, all of it counted as held.
 *
 * @return where to write them, good until the next change; NULL when there is no memory
 */
char *buffer_extend(struct buffer *buffer, size_t len) __attribute__((warn_unused_result));

/** Add octets; false when there is no memory. */
bool buffer_add(struct buffer *buffer, const void *data, size_t len)
    __attribute__((warn_unused_result));

/** Take octets from the front; the memory goes when none are left. */
void buffer_take(struct buffer *buffer, size_t len);

/** Free what it holds; it is an empty one again. */
void buffer_free(struct buffer *buffer);

#endif
