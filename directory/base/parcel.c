/* Reading and writing parcels; see the header for their form. */
#include "directory/base/parcel.h"

#include <errno.h>
#include <unistd.h>

uint32_t parcel_number(const unsigned char four[4])
{
    return (uint32_t)four[0] << 24 | (uint32_t)four[1] << 16 | (uint32_t)four[2] << 8 | four[3];
}

void parcel_put_number(unsigned char four[4], uint32_t n)
{
    for (int i = 0; i < 4; i++)
        four[i] = (unsigned char)(n >> (24 - 8 * i));
}

enum parcel_found parcel_next(const unsigned char **at, size_t *left, struct parcel *out)
{
    if (*left < PARCEL_HEAD)
        return PARCEL_BROKEN;
    char kind = (char)(*at)[0];
    size_t len = parcel_number(*at + 1);
    if (len > *left - PARCEL_HEAD)
        return PARCEL_BROKEN;
    if (kind == PARCEL_LAST)
        return len == 0 && *left == PARCEL_HEAD ? PARCEL_END : PARCEL_BROKEN;
    *out = (struct parcel){.kind = kind, .data = *at + PARCEL_HEAD, .len = len};
    *at += PARCEL_HEAD + len;
    *left -= PARCEL_HEAD + len;
    return PARCEL_ONE;
}

static bool write_all(int fd, const unsigned char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        data += n;
        len -= (size_t)n;
    }
    return true;
}

bool parcel_write(int fd, char kind, const void *data, size_t len)
{
    unsigned char head[PARCEL_HEAD] = {(unsigned char)kind};

    parcel_put_number(head + 1, (uint32_t)len);
    return write_all(fd, head, sizeof head) && write_all(fd, data, len);
}
