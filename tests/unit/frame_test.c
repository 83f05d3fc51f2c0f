/*
 * The frame reader, fed in pieces of every size, and the writer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tmtp-link/wire/frame.h"

/* Put octets into the reader, as much as it has room for at once. */
static size_t feed(struct frame_reader *reader, const char *octets, size_t len)
{
    size_t room = 0;
    void *at = frame_reader_space(reader, &room);

    assert_non_null(at);
    assert_true(room > 0);
    if (len > room) {
        len = room;
    }
    memcpy(at, octets, len);
    frame_reader_added(reader, len);
    return len;
}

/* What a stream of frames with three octets of data each is read as: headers in <>, data as it is.
 */
static void read_all(const char *stream, size_t len, size_t piece_size, char *seen,
                     size_t seen_size)
{
    struct frame_reader reader = {0};
    size_t at = 0;
    size_t out = 0;

    while (at < len) {
        struct frame_piece piece;
        enum frame_event event;

        at += feed(&reader, stream + at, len - at < piece_size ? len - at : piece_size);
        while ((event = frame_reader_next(&reader, &piece)) != FRAME_MORE) {
            assert_int_not_equal(event, FRAME_BAD_LENGTH);
            assert_true(out + piece.len + 3 < seen_size);
            if (event == FRAME_HEADER) {
                seen[out++] = '<';
            }
            memcpy(seen + out, piece.at, piece.len);
            out += piece.len;
            if (event == FRAME_HEADER) {
                seen[out++] = '>';
                frame_reader_expect(&reader, 3);
            } else if (piece.last) {
                seen[out++] = '.';
            }
        }
    }
    seen[out] = '\0';
    frame_reader_free(&reader);
}

static void frames_come_out_of_pieces_of_any_size(void **state)
{
    static const char stream[] = "0008{\"op\":7}abc000E{\"op\":7,\"x\":1}xyz0008{\"op\":9}123";
    static const char expected[] = "<{\"op\":7}>abc.<{\"op\":7,\"x\":1}>xyz.<{\"op\":9}>123.";
    char seen[200];

    (void)state;
    for (size_t size = 1; size <= sizeof stream; size++) {
        read_all(stream, sizeof stream - 1, size, seen, sizeof seen);
        assert_string_equal(seen, expected);
    }
}

static void a_header_without_data_is_followed_by_the_next(void **state)
{
    struct frame_reader reader = {0};
    struct frame_piece piece;

    (void)state;
    feed(&reader, "0008{\"op\":1}0008{\"op\":2}", 24);
    assert_int_equal(frame_reader_next(&reader, &piece), FRAME_HEADER);
    frame_reader_expect(&reader, 0);
    assert_int_equal(frame_reader_next(&reader, &piece), FRAME_HEADER);
    assert_memory_equal(piece.at, "{\"op\":2}", 8);
    assert_int_equal(frame_reader_next(&reader, &piece), FRAME_MORE);
    frame_reader_free(&reader);
}

static void a_bad_length_is_an_error_once_twelve_octets_are_there(void **state)
{
    static const char *const bad[] = {"0007{\"op\":1}", "0000{\"op\":1}", "00z1{\"Op\":3,",
                                      "+008{\"op\":1}", "    {\"op\":1}", "-001{\"op\":1}",
                                      "0x08{\"op\":1}"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct frame_reader reader = {0};
        struct frame_piece piece;

        feed(&reader, bad[i], 11);
        assert_int_equal(frame_reader_next(&reader, &piece), FRAME_MORE);
        feed(&reader, bad[i] + 11, 1);
        assert_int_equal(frame_reader_next(&reader, &piece), FRAME_BAD_LENGTH);
        frame_reader_free(&reader);
    }
}

static void the_longest_header_fits(void **state)
{
    struct frame_reader reader = {0};
    struct frame_piece piece;
    size_t len = 0;
    char *json = malloc(TMTP_HEADER_MAX);
    char *frame;

    (void)state;
    assert_non_null(json);
    memset(json, ' ', TMTP_HEADER_MAX);
    frame = frame_make(json, TMTP_HEADER_MAX, NULL, 0, &len);
    assert_non_null(frame);
    assert_memory_equal(frame, "ffff", 4);
    for (size_t at = 0; at < len;) {
        assert_int_equal(frame_reader_next(&reader, &piece), FRAME_MORE);
        at += feed(&reader, frame + at, len - at);
    }
    assert_int_equal(frame_reader_next(&reader, &piece), FRAME_HEADER);
    assert_int_equal(piece.len, TMTP_HEADER_MAX);
    free(frame);
    free(json);
    frame_reader_free(&reader);
}

static void a_header_too_short_or_long_is_not_written(void **state)
{
    char digits[TMTP_LENGTH_DIGITS];
    size_t len = 0;

    (void)state;
    assert_false(frame_length(TMTP_HEADER_MIN - 1, digits));
    assert_false(frame_length(TMTP_HEADER_MAX + 1, digits));
    assert_null(frame_make("{\"a\":1}", 7, NULL, 0, &len));
    assert_true(frame_length(0x1a2b, digits));
    assert_memory_equal(digits, "1a2b", 4);
}

static void endless_data_takes_no_more_memory(void **state)
{
    static const char filler[16384];
    struct frame_reader reader = {0};
    struct frame_piece piece;
    uint64_t seen = 0;

    (void)state;
    feed(&reader, "0008{\"op\":7}", 12);
    assert_int_equal(frame_reader_next(&reader, &piece), FRAME_HEADER);
    frame_reader_expect(&reader, INT64_MAX);
    for (int i = 0; i < 1000; i++) {
        feed(&reader, filler, sizeof filler);
        while (frame_reader_next(&reader, &piece) == FRAME_DATA) {
            assert_false(piece.last);
            seen += piece.len;
        }
        assert_true(reader.size <= 16384);
    }
    assert_true(seen > 4000000);
    frame_reader_free(&reader);
}

static void an_idle_reader_gives_its_memory_back(void **state)
{
    struct frame_reader reader = {0};
    struct frame_piece piece;
    size_t len = 0;
    size_t room = 0;
    char *json = calloc(1, 60000);
    char *frame;

    (void)state;
    assert_non_null(json);
    frame = frame_make(json, 60000, NULL, 0, &len);
    assert_non_null(frame);
    for (size_t at = 0; at < len;) {
        at += feed(&reader, frame + at, len - at);
        if (at < len) {
            assert_int_equal(frame_reader_next(&reader, &piece), FRAME_MORE);
        }
    }
    assert_int_equal(frame_reader_next(&reader, &piece), FRAME_HEADER);
    assert_non_null(frame_reader_space(&reader, &room));
    assert_int_equal(room, 4096);
    free(frame);
    free(json);
    frame_reader_free(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_out_of_pieces_of_any_size),
        cmocka_unit_test(a_header_without_data_is_followed_by_the_next),
        cmocka_unit_test(a_bad_length_is_an_error_once_twelve_octets_are_there),
        cmocka_unit_test(the_longest_header_fits),
        cmocka_unit_test(a_header_too_short_or_long_is_not_written),
        cmocka_unit_test(endless_data_takes_no_more_memory),
        cmocka_unit_test(an_idle_reader_gives_its_memory_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
