/* Parcels: how our small sandboxed programs answer agorad over a pipe. A parcel is one octet that
 * says what it is, four octets of length (big-endian), and that many octets. A whole answer ends
 * with an empty parcel of kind PARCEL_LAST and nothing behind it; without it the program died on
 * the way. The reader trusts nothing: the writer may have been taken over by what it was given. */
#ifndef AGORA_BASE_PARCEL_H
#define AGORA_BASE_PARCEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PARCEL_LAST = 'E', PARCEL_HEAD = 5 };

struct parcel {
    char kind;
    const unsigned char *data; /* inside the answer, not ended by a NUL */
    size_t len;                /* octets */
};

enum parcel_found {
    PARCEL_ONE,   /* the parcel is filled */
    PARCEL_END,   /* that was all, and it was whole */
    PARCEL_BROKEN /* cut short, longer than what is there, or something behind the last */
};

/**
 * Take the next parcel off an answer.
 *
 * @param at   where the answer goes on; moved behind what was taken
 * @param left octets from there on; lowered by what was taken
 * @param[out] out the parcel, only when PARCEL_ONE is returned
 */
enum parcel_found parcel_next(const unsigned char **at, size_t *left, struct parcel *out);

/**
 * Write one parcel whole.
 *
 * @param fd   pipe
 * @param kind what it is
 * @param data its octets; may be NULL when @a len is 0
 * @param len  how many, at most UINT32_MAX
 * @return false when the reader is gone
 */
bool parcel_write(int fd, char kind, const void *data, size_t len);

/** Four octets, big-endian, as a number. */
uint32_t parcel_number(const unsigned char four[4]);

/** A number as four octets, big-endian. */
void parcel_put_number(unsigned char four[4], uint32_t n);

#endif
