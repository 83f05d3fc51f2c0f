/*
 * The frame reader on any octets: the first says in which pieces the rest comes, and each header
 * how much data follows. What comes out must be what went in, and the buffer must stay within its
 * bounds.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/wire/frame.h"
#include "tmtp-link/wire/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Take out all pieces; the octets seen, or SIZE_MAX when the stream is broken. */
static size_t take(struct frame_reader *reader)
{
    struct frame_piece piece;
    struct tmtp_header header;
    size_t seen = 0;

    for (;;) {
        switch (frame_reader_next(reader, &piece)) {
        case FRAME_MORE:
            return seen;
        case FRAME_BAD_LENGTH:
            return SIZE_MAX;
        case FRAME_DATA:
            seen += piece.len;
            break;
        case FRAME_HEADER:
            seen += TMTP_LENGTH_DIGITS + piece.len;
            if (piece.len < TMTP_HEADER_MIN || piece.len > TMTP_HEADER_MAX) {
                abort();
            }
            if (header_parse(piece.at, piece.len, &header)) {
                frame_reader_expect(reader, (uint64_t)header.datalen);
            }
            header_free(&header);
            break;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct frame_reader reader = {0};
    size_t step = size > 0 ? data[0] % 64 + 1 : 1;
    size_t fed = 0;
    size_t seen = 0;

    for (size_t at = size > 0; at < size;) {
        size_t room = 0;
        void *space = frame_reader_space(&reader, &room);
        size_t len = size - at < step ? size - at : step;
        size_t taken;

        if (space == NULL || room == 0 ||
            reader.size > TMTP_LENGTH_DIGITS + TMTP_HEADER_MAX + 4096) {
            abort();
        }
        len = len < room ? len : room;
        memcpy(space, data + at, len);
        frame_reader_added(&reader, len);
        at += len;
        fed += len;
        taken = take(&reader);
        if (taken == SIZE_MAX) {
            break;
        }
        seen += taken;
        if (seen > fed) {
            abort();
        }
    }
    frame_reader_free(&reader);
    return 0;
}
