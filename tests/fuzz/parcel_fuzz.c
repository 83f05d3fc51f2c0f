/*
 * Answers of any octets, as a program that was taken over could write them: every parcel lies
 * inside the answer, one behind the other, and a whole answer is used up to its end.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "directory/base/parcel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const unsigned char *at = data, *before;
    size_t left = size;
    struct parcel p;
    enum parcel_found found;

    while (before = at, (found = parcel_next(&at, &left, &p)) == PARCEL_ONE) {
        must(p.data == before + PARCEL_HEAD && p.data + p.len == at);
        must(at + left == data + size && p.kind != PARCEL_LAST);
        must(parcel_number(before + 1) == p.len);
    }
    must(at == before && at + left == data + size);
    must((found == PARCEL_END) ==
         (left == PARCEL_HEAD && at[0] == PARCEL_LAST && parcel_number(at + 1) == 0));
    return 0;
}
