/*
 * Headers: what is read, what is refused, and the frames of messages with their checksum.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tmtp-link/wire/crc32c.h"
#include "tmtp-link/wire/frame.h"
#include "tmtp-link/wire/header.h"
#include "tmtp-link/wire/limits.h"

static bool parses(const char *text)
{
    struct tmtp_header header;
    bool parsed = header_parse(text, strlen(text), &header);

    header_free(&header);
    return parsed;
}

static bool is_request(const char *text)
{
    struct tmtp_header header;
    bool is = header_parse(text, strlen(text), &header) && header_is_request(&header);

    header_free(&header);
    return is;
}

static void keys_match_in_any_case(void **state)
{
    static const char text[] =
        "{\"Op\":7,\"ID\":\"m1\",\"DataLen\":15,\"dataHEAD\":5,\"DATASUM\":1,"
        "\"For\":[{\"Id\":\"u\",\"TYPE\":2}],\"NewAlias\":\"n\"}";
    struct tmtp_header header;

    (void)state;
    assert_true(header_parse(text, strlen(text), &header));
    assert_int_equal(header.op, TMTP_POST);
    assert_true(tmtp_text_is(header.id, "m1"));
    assert_true(tmtp_text_is(header.newalias, "n"));
    assert_int_equal(header.datalen, 15);
    assert_int_equal(header.datahead, 5);
    assert_int_equal(header.datasum, 1);
    assert_int_equal(header.for_.count, 1);
    assert_true(tmtp_text_is(header.for_.items[0].id, "u"));
    assert_int_equal(header.for_.items[0].type, TMTP_FOR_GROUP);
    header_free(&header);
}

static void ids_come_back_with_their_nul(void **state)
{
    static const char text[] = "{\"op\":9,\"id\":\"\\u0000a\\u0000é\"}";
    struct tmtp_header header;

    (void)state;
    assert_true(header_parse(text, strlen(text), &header));
    assert_int_equal(header.id.len, 5);
    assert_memory_equal(header.id.at, "\0a\0é", 5);
    header_free(&header);
}

static void unknown_keys_and_null_are_skipped(void **state)
{
    static const char text[] =
        "{\"op\":1,\"Unknown\":{\"x\":[1,{\"op\":2}]},\"id\":null,\"for\":null}";
    struct tmtp_header header;

    (void)state;
    assert_true(header_parse(text, strlen(text), &header));
    assert_int_equal(header.op, TMTP_REGISTER);
    assert_null(header.id.at);
    assert_false(header.for_.given);
    header_free(&header);
}

static void an_empty_list_is_not_an_absent_one(void **state)
{
    struct tmtp_header header;

    (void)state;
    assert_true(header_parse("{\"op\":7,\"for\":[]}", 17, &header));
    assert_true(header.for_.given);
    assert_int_equal(header.for_.count, 0);
    header_free(&header);
}

static void of_two_keys_that_match_the_later_counts(void **state)
{
    static const char text[] =
        "{\"op\":1,\"OP\":2,\"for\":[{\"id\":\"a\"}],\"FOR\":[{\"id\":\"b\"}]}";
    struct tmtp_header header;

    (void)state;
    assert_true(header_parse(text, strlen(text), &header));
    assert_int_equal(header.op, TMTP_LOGIN);
    assert_true(tmtp_text_is(header.for_.items[0].id, "b"));
    header_free(&header);
}

static void a_wrong_type_makes_it_invalid(void **state)
{
    static const char *const bad[] = {
        "{\"op\":-1}",
        "{\"op\":256}",
        "{\"op\":1.0}",
        "{\"op\":true}",
        "{\"op\":[1]}",
        "{\"op\":7,\"id\":5}",
        "{\"op\":7,\"uid\":{}}",
        "{\"op\":7,\"datalen\":\"1\"}",
        "{\"op\":7,\"datalen\":-1}",
        "{\"op\":7,\"datalen\":1e2}",
        "{\"op\":7,\"datalen\":9223372036854775807}",
        "{\"op\":7,\"datalen\":9007199254740992}",
        "{\"op\":7,\"datalen\":99999999999999999999}",
        "{\"op\":7,\"for\":{}}",
        "{\"op\":7,\"for\":\"x\"}",
        "{\"op\":7,\"for\":[1]}",
        "{\"op\":7,\"for\":[null]}",
        "{\"op\":7,\"for\":[{\"id\":1}]}",
        "{\"op\":7,\"for\":[{\"type\":128}]}",
        "{\"op\":7,\"for\":[{\"type\":\"1\"}]}",
        "{\"op\":7,\"fornotself\":1}",
        "{\"op\":1,\"oidc\":[]}",
        "{\"op\":1,\"oidc\":{\"expires_in\":-1}}",
        "{\"op\":1,\"oidc\":{\"expires_in\":1.5}}",
        "{\"op\":1,\"oidc\":{\"id_token\":1}}",
        "{\"op\":\"tmtprev\",\"authby\":{}}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (parses(bad[i])) {
            fail_msg("was taken: %s", bad[i]);
        }
    }
}

static void what_is_not_one_json_object_is_invalid(void **state)
{
    static const char *const bad[] = {
        "",
        "[1,2,3,4]",
        "12345678",
        "\"abcdef\"",
        "{\"op\":12f3",
        "{\"op\":1}x",
        "{\"op\":1",
        "{'op':1}",
        "null",
        "{\"op\":1}{}",
        "{\"id\":\"\xff\xfe\"}",
        "{\"id\":\"\xc0\x80\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (parses(bad[i])) {
            fail_msg("was taken: %s", bad[i]);
        }
    }
}

static void depth_is_bounded_outside_of_strings(void **state)
{
    char text[TMTP_HEADER_MAX + 1];
    size_t len = 0;

    (void)state;
    memcpy(text, "{\"x\":", 5);
    memset(text + 5, '[', sizeof text - 6);
    text[sizeof text - 1] = '\0';
    assert_false(parses(text));

    len = (size_t)snprintf(text, sizeof text, "{\"op\":1,\"id\":\"");
    memset(text + len, '[', 1000);
    memcpy(text + len + 1000, "\\\"{{\"}", 7);
    assert_true(parses(text));
}

static void the_op_of_a_server_is_a_text(void **state)
{
    static const char text[] =
        "{\"op\":\"ping\",\"alias\":\"al\",\"headsum\":4294967295,\"status\":1}";
    struct tmtp_header header;

    (void)state;
    assert_true(header_parse(text, strlen(text), &header));
    assert_int_equal(header.op, TMTP_NO_OP);
    assert_true(tmtp_text_is(header.op_name, "ping"));
    assert_int_equal(header.headsum, UINT32_MAX);
    assert_false(header_is_request(&header));
    header_free(&header);
}

static void each_request_needs_its_fields(void **state)
{
    static const char *const good[] = {
        "{\"op\":0,\"id\":\"1\"}",
        "{\"op\":1,\"newnode\":\"n\",\"newalias\":\"_\"}",
        "{\"op\":2,\"uid\":\"u\",\"node\":\"n\"}",
        "{\"op\":3,\"id\":\"1\",\"newalias\":\"a\"}",
        "{\"op\":4,\"id\":\"1\",\"for\":[{\"id\":\"u\"}],\"type\":\"init\"}",
        "{\"op\":5,\"id\":\"1\",\"gid\":\"g\",\"from\":\"f\",\"to\":\"t\",\"datalen\":2}",
        "{\"op\":6,\"id\":\"1\",\"gid\":\"g\",\"act\":\"drop\",\"to\":\"t\"}",
        "{\"op\":7,\"id\":\"1\",\"for\":[],\"datalen\":1}",
        "{\"op\":7,\"id\":\"1\",\"for\":[{\"id\":\"u\",\"type\":3}],\"datalen\":5,\"datahead\":5}",
        "{\"op\":8,\"id\":\"1\",\"for\":[],\"datalen\":3,\"notelen\":3}",
        "{\"op\":9,\"id\":\"1\",\"from\":\"f\",\"to\":\"t\"}",
        "{\"op\":10,\"id\":\"1\",\"type\":\"ok\"}",
        "{\"op\":11}",
        "{\"op\":12}",
    };
    static const char *const bad[] = {
        "{\"op\":0}",
        "{\"op\":0,\"id\":\"\"}",
        "{\"id\":\"1\"}",
        "{\"op\":13,\"id\":\"1\"}",
        "{\"op\":99,\"id\":\"1\"}",
        "{\"op\":1,\"newnode\":\"n\"}",
        "{\"op\":2,\"uid\":\"u\"}",
        "{\"op\":3,\"id\":\"1\"}",
        "{\"op\":3,\"id\":\"1\",\"newalias\":\"a\",\"newnode\":\"n\"}",
        "{\"op\":4,\"id\":\"1\",\"type\":\"add\"}",
        "{\"op\":4,\"id\":\"1\",\"for\":[],\"type\":\"other\"}",
        "{\"op\":5,\"id\":\"1\",\"gid\":\"g\",\"from\":\"f\"}",
        "{\"op\":6,\"id\":\"1\",\"gid\":\"g\",\"act\":\"alias\"}",
        "{\"op\":6,\"id\":\"1\",\"gid\":\"g\",\"act\":\"drop\"}",
        "{\"op\":7,\"id\":\"1\",\"for\":[]}",
        "{\"op\":7,\"id\":\"1\",\"datalen\":1}",
        "{\"op\":7,\"id\":\"1\",\"for\":[],\"datalen\":1,\"datahead\":2}",
        "{\"op\":7,\"id\":\"1\",\"for\":[{\"id\":\"\",\"type\":1}],\"datalen\":1}",
        "{\"op\":7,\"id\":\"1\",\"for\":[{\"id\":\"u\",\"type\":4}],\"datalen\":1}",
        "{\"op\":7,\"id\":\"1\",\"for\":[{\"id\":\"u\"}],\"datalen\":1}",
        "{\"op\":8,\"id\":\"1\",\"for\":[],\"datalen\":3,\"notelen\":2,\"notehead\":3}",
        "{\"op\":8,\"id\":\"1\",\"for\":[],\"notefor\":[{\"id\":\"u\",\"type\":0}],\"datalen\":3}",
        "{\"op\":9,\"id\":\"1\",\"to\":\"t\"}",
        "{\"op\":10,\"id\":\"1\"}",
        "{\"op\":10,\"id\":\"1\",\"type\":\"ok\",\"datalen\":1}",
        "{\"op\":11,\"datalen\":1}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (!is_request(good[i])) {
            fail_msg("was refused: %s", good[i]);
        }
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (is_request(bad[i])) {
            fail_msg("was taken: %s", bad[i]);
        }
    }
}

static void a_message_has_sorted_keys_and_the_sum_of_the_rest(void **state)
{
    static const char plain[] =
        "0037{\"datalen\":2,\"from\":\"U\",\"id\":\"0\",\"op\":\"ping\",\"to\":\"é\"}";
    json_t *message = json_pack("{s:s, s:s, s:s, s:i, s:s}", "to", "é", "op", "ping", "id", "0",
                                "datalen", 2, "from", "U");
    char expected[200];
    size_t len = 0;
    char *frame = header_frame(message, HEADER_PLAIN, "hi", 2, &len);
    int json_len;

    (void)state;
    assert_non_null(frame);
    assert_int_equal(len, sizeof plain - 1 + 2);
    assert_memory_equal(frame, plain, sizeof plain - 1);
    assert_memory_equal(frame + sizeof plain - 1, "hi", 2);
    free(frame);

    frame = header_frame(message, HEADER_WITH_SUM, "hi", 2, &len);
    assert_non_null(frame);
    json_len = snprintf(
        expected, sizeof expected,
        "{\"datalen\":2,\"from\":\"U\",\"headsum\":%u,\"id\":\"0\",\"op\":\"ping\",\"to\":\"é\"}",
        (unsigned)crc32c(0, plain, sizeof plain - 1));
    assert_int_equal(len, 4 + json_len + 2);
    assert_memory_equal(frame + 4, expected, (size_t)json_len);
    free(frame);
    json_decref(message);
}

static void a_message_too_long_is_not_made(void **state)
{
    json_t *message = json_object();
    char *alias = calloc(1, TMTP_HEADER_MAX + 1);
    size_t len = 0;

    (void)state;
    assert_non_null(alias);
    memset(alias, 'x', TMTP_HEADER_MAX);
    json_object_set_new(message, "alias", json_string(alias));
    assert_null(header_frame(message, HEADER_PLAIN, NULL, 0, &len));
    assert_null(header_frame(message, HEADER_WITH_SUM, NULL, 0, &len));
    json_decref(message);
    free(alias);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_match_in_any_case),
        cmocka_unit_test(ids_come_back_with_their_nul),
        cmocka_unit_test(unknown_keys_and_null_are_skipped),
        cmocka_unit_test(an_empty_list_is_not_an_absent_one),
        cmocka_unit_test(of_two_keys_that_match_the_later_counts),
        cmocka_unit_test(a_wrong_type_makes_it_invalid),
        cmocka_unit_test(what_is_not_one_json_object_is_invalid),
        cmocka_unit_test(depth_is_bounded_outside_of_strings),
        cmocka_unit_test(the_op_of_a_server_is_a_text),
        cmocka_unit_test(each_request_needs_its_fields),
        cmocka_unit_test(a_message_has_sorted_keys_and_the_sum_of_the_rest),
        cmocka_unit_test(a_message_too_long_is_not_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
