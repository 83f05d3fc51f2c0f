/*
 * Frames: `hhhh{json header}data`, cut out of a stream of octets that comes in any pieces.
 *
 * The reader owns one buffer. The caller reads from the socket straight into it, then takes pieces
 * out until there are none:
 *
 *     room = frame_reader_space(&reader, &size);      n = SSL_read(ssl, room, size);
 *     frame_reader_added(&reader, n);
 *     while ((event = frame_reader_next(&reader, &piece)) != FRAME_MORE) ...
 *
 * After a header the caller parses it and says how much data follows (frame_reader_expect); that
 * data comes in FRAME_DATA pieces, never gathered here, so a gigabyte of it costs no more than its
 * header.
 */
#ifndef TMTP_WIRE_FRAME_H
#define TMTP_WIRE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/wire/limits.h"

/** What frame_reader_next found. */
enum frame_event {
    FRAME_MORE,      /**< nothing whole yet: read more octets */
    FRAME_HEADER,    /**< a header's JSON text; frame_reader_expect may follow */
    FRAME_DATA,      /**< some octets of the data announced */
    FRAME_BAD_LENGTH /**< not a length from 8 to 65,535 in hex: the stream is of no more use */
};

/** Octets within the reader's buffer, good until the next frame_reader_space. */
struct frame_piece {
    const char *at;
    size_t len;
    bool last; /**< of FRAME_DATA: nothing of this frame follows */
};

/** A reader; all zero is an empty one. Its fields are its own. */
struct frame_reader {
    char *buffer;
    size_t size;  /* octets allocated */
    size_t begin; /* first octet not yet given out */
    size_t end;   /* behind the last octet read */
    uint64_t data_left;
};

/**
 * Room to read into; moves or grows the buffer, so pieces given out before are gone.
 *
 * Grows only as far as the header that is coming needs: 4 KiB for an idle link, 64 KiB at most.
 *
 * @param[out] size octets of room, at least 1
 * @return the room, or NULL when there is no memory
 */
void *frame_reader_space(struct frame_reader *reader, size_t *size)
    __attribute__((warn_unused_result));

/**
 * Say how many octets were put into that room.
 */
void frame_reader_added(struct frame_reader *reader, size_t octets);

/**
 * Take the next piece.
 *
 * A length is judged only once twelve octets are there (its own four and the least header), as the
 * stock server does.
 *
 * @param[out] piece set for FRAME_HEADER and FRAME_DATA
 */
enum frame_event frame_reader_next(struct frame_reader *reader, struct frame_piece *piece)
    __attribute__((warn_unused_result));

/**
 * After FRAME_HEADER: @a datalen octets of data follow. 0 gives no FRAME_DATA.
 */
void frame_reader_expect(struct frame_reader *reader, uint64_t datalen);

/**
 * Give the buffer back to the system if nothing is in it; the reader goes on as it was.
 */
void frame_reader_rest(struct frame_reader *reader);

/**
 * Free the buffer; the reader is an empty one again.
 */
void frame_reader_free(struct frame_reader *reader);

/**
 * Write the four digits of a header's length.
 *
 * @param[out] digits TMTP_LENGTH_DIGITS characters, no NUL
 * @return false when a header of that length can't be sent
 */
bool frame_length(size_t json_len, char *digits) __attribute__((warn_unused_result));

/**
 * Make one frame of a header and data.
 *
 * @param json     header text
 * @param json_len its octets, 8 to 65,535
 * @param data     data; may be NULL when @a data_len is 0
 * @param[out] len octets of the frame
 * @return the frame, to be freed by free(); NULL when the header is too short or long, or no memory
 */
char *frame_make(const char *json, size_t json_len, const void *data, size_t data_len, size_t *len)
    __attribute__((warn_unused_result));

#endif
