/*
 * The introducer, against a server that a test tells what to do (introducer_server.h): what is
 * posted, what is acked, and what is known when the link is lost.
 */
#include "tests/unit/introducer_server.h"

#include <poll.h>

#include "tmtp-link/client/backoff.h"
#include "tmtp-link/client/deadline.h"

static const struct inner_person members[2] = {{"Alice Example", UID_A}, {"Bob Example", UID_B}};

/* What came_back and pinged were told, and say. */
static struct {
    unsigned count;
    bool noted;
    char refs[64];
    struct session_receipt receipt;
    unsigned pings;
    char ping[256];
} back;

static bool came_back(void *user, const char *ref, const struct session_receipt *receipt)
{
    assert_ptr_equal(user, &back);
    back.count++;
    snprintf(back.refs + strlen(back.refs), sizeof back.refs - strlen(back.refs), "%s ", ref);
    back.receipt = *receipt;
    return back.noted;
}

static bool pinged(void *user, const struct introducer_ping *ping)
{
    assert_ptr_equal(user, &back);
    back.pings++;
    snprintf(back.ping, sizeof back.ping, "%s %s %s", ping->uid, ping->alias, ping->text);
    return back.noted;
}

/* How long the introducer waits for things, and whether it listens to pings. */
static int timeout_ms = 5000, silence_ms;
static bool listens = true;

static struct introducer *open_again(void)
{
    const struct introducer_options options = {.credentials_path = server.path,
                                               .server = server.address,
                                               .timeout_ms = timeout_ms,
                                               .silence_ms = silence_ms,
                                               .came_back = came_back,
                                               .pinged = listens ? pinged : NULL,
                                               .user = &back};
    struct introducer *introducer = NULL;
    struct tmtp_error error;

    assert_int_equal(introducer_open(&options, &introducer, &error), TMTP_OK);
    assert_string_equal(introducer_uid(introducer), UID_INTRO);
    return introducer;
}

/* An introducer, and a server that will answer threads like this and has a member's reply in the
 * queue. */
static struct introducer *open_introducer(enum answer first, enum answer second)
{
    server.threads = server.markers = server.logins = server.acks = server.quits = 0;
    server.queued = 0;
    server.answers[0] = first;
    server.answers[1] = second;
    queue_message("delivery", UID_A, "{\"threadid\":\"00\",\"ref\":\"a lie\"}", "reply");
    memset(&back, 0, sizeof back);
    back.noted = true;
    return open_again();
}

static enum tmtp_result ready(struct introducer *introducer)
{
    struct tmtp_error error;

    return introducer_ready(introducer, &error);
}

static enum tmtp_result post(struct introducer *introducer, const char *ref,
                             struct session_receipt *receipt)
{
    struct tmtp_error error;

    return introducer_post(introducer, members, "An introduction", "**Meet**", ref, receipt,
                           &error);
}

static void one_thread_goes_to_both_and_itself_with_all_in_cc(void **state)
{
    struct introducer *introducer = open_introducer(ANSWER_ACK, ANSWER_ACK);
    struct session_receipt receipt = {0};
    struct inner inner;
    struct inner_cc cc;

    (void)state;
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_int_equal(post(introducer, "row 1", &receipt), TMTP_OK);
    assert_string_equal(receipt.msgid, server.queue[server.queued - 1].id);
    assert_string_equal(server.recipients[0], UID_INTRO);
    assert_string_equal(server.recipients[1], UID_A);
    assert_string_equal(server.recipients[2], UID_B);
    assert_string_equal(server.body, "**Meet**");
    assert_true(inner_parse(server.datahead, strlen(server.datahead), &inner));
    assert_string_equal(inner.ref, "row 1");
    assert_int_equal(json_array_size(inner.cc), 3);
    assert_true(inner_cc(&inner, 0, &cc));
    assert_string_equal(cc.whouid, UID_INTRO);
    assert_true(inner_cc(&inner, 2, &cc));
    assert_string_equal(cc.whouid, UID_B);
    inner_free(&inner);
    introducer_close(introducer);
    assert_int_equal(server.quits, 1);
}

static void it_posts_when_the_queue_has_been_read_to_the_end(void **state)
{
    struct introducer *introducer = open_introducer(ANSWER_ACK, ANSWER_ACK);
    struct session_receipt receipt = {0};

    (void)state;
    assert_int_equal(post(introducer, "row 1", &receipt), TMTP_RETRY);
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_int_equal(post(introducer, "row 1", &receipt), TMTP_OK);
    assert_int_equal(server.acked_before, 3); /* reply, note of the login, marker */
    assert_int_equal(post(introducer, "row 2", &receipt), TMTP_RETRY);
    assert_int_equal(server.threads, 1);
    introducer_close(introducer);
    assert_true(all_acked());
}

static void it_stays_logged_in_and_each_thread_comes_back(void **state)
{
    struct introducer *introducer = open_introducer(ANSWER_ACK, ANSWER_ACK);
    struct session_receipt receipt = {0};

    (void)state;
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_int_equal(post(introducer, "row 1", &receipt), TMTP_OK);
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_string_equal(back.refs, "row 1 ");
    assert_string_equal(back.receipt.msgid, receipt.msgid);
    assert_string_equal(back.receipt.posted, "2026");
    assert_int_equal(post(introducer, "row 2", &receipt), TMTP_OK);
    introducer_close(introducer);
    assert_string_equal(back.refs, "row 1 row 2 ");
    assert_int_equal(server.logins, 1);
    assert_int_equal(server.markers, 1);
    assert_true(all_acked());
}

static void what_others_put_into_theirs_counts_for_nothing(void **state)
{
    struct introducer *introducer = open_introducer(ANSWER_ACK, ANSWER_ACK);

    (void)state;
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_int_equal(back.count, 0);
    introducer_close(introducer);
    assert_true(all_acked());
}

static void a_refusal_is_final_and_keeps_the_session(void **state)
{
    struct introducer *introducer = open_introducer(ANSWER_REFUSAL, ANSWER_ACK);
    struct session_receipt receipt = {0};

    (void)state;
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_int_equal(post(introducer, "row 1", &receipt), TMTP_REFUSED);
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_int_equal(post(introducer, "row 2", &receipt), TMTP_OK);
    assert_int_equal(server.logins, 1);
    introducer_close(introducer);
}

static void a_link_lost_before_the_thread_was_stored_tells_so(void **state)
{
    struct introducer *introducer = open_introducer(ANSWER_CLOSE, ANSWER_ACK);
    struct session_receipt receipt = {0};

    (void)state;
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_int_equal(post(introducer, "row 1", &receipt), TMTP_RETRY);
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_int_equal(back.count, 0);
    assert_int_equal(server.logins, 2);
    introducer_close(introducer);
}

static void a_link_lost_after_it_was_stored_does_too(void **state)
{
    struct introducer *introducer = open_introducer(ANSWER_STORE_AND_CLOSE, ANSWER_ACK);
    struct session_receipt receipt = {0};

    (void)state;
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_int_equal(post(introducer, "row 1", &receipt), TMTP_RETRY);
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_string_equal(back.refs, "row 1 ");
    introducer_close(introducer);
}

static void another_process_is_told_what_this_one_posted(void **state)
{
    struct introducer *introducer = open_introducer(ANSWER_STORE_AND_CLOSE, ANSWER_ACK);
    struct session_receipt receipt = {0};

    (void)state;
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_int_equal(post(introducer, "row 1", &receipt), TMTP_RETRY);
    introducer_close(introducer);
    introducer = open_again();
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_string_equal(back.refs, "row 1 ");
    introducer_close(introducer);
}

static void what_cannot_be_noted_is_not_acked_and_comes_again(void **state)
{
    struct introducer *introducer = open_introducer(ANSWER_ACK, ANSWER_ACK);
    struct session_receipt receipt = {0};
    const struct queued *thread;

    (void)state;
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_int_equal(post(introducer, "row 1", &receipt), TMTP_OK);
    thread = &server.queue[server.queued - 1];
    back.noted = false;
    assert_int_equal(ready(introducer), TMTP_RETRY);
    assert_false(thread->acked);
    assert_int_equal(post(introducer, "row 2", &receipt), TMTP_RETRY);
    back.noted = true;
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_true(thread->acked);
    introducer_close(introducer);
}

static void a_ping_is_told_with_its_senders_uid_and_alias(void **state)
{
    struct introducer *introducer = open_introducer(ANSWER_ACK, ANSWER_ACK);

    (void)state;
    queue_message("ping", UID_A, "", "ABCD-EFGH-JKMN");
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_int_equal(back.pings, 1);
    assert_string_equal(back.ping, UID_A " Alice Example ABCD-EFGH-JKMN");
    introducer_close(introducer);
    assert_true(all_acked());
}

static void a_ping_that_cannot_be_noted_is_not_acked_and_comes_again(void **state)
{
    struct introducer *introducer = open_introducer(ANSWER_ACK, ANSWER_ACK);

    (void)state;
    queue_message("ping", UID_A, "", "one");
    back.noted = false;
    assert_int_equal(ready(introducer), TMTP_RETRY);
    assert_false(server.queue[1].acked);
    back.noted = true;
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_int_equal(back.pings, 2);
    introducer_close(introducer);
    assert_true(all_acked());
}

static void what_is_of_no_use_is_acked_all_the_same(void **state)
{
    static const struct {
        const char *op, *from, *data;
    } useless[] = {{"ping", "not a uid", "text"}, {"ping", UID_INTRO, "text"},
                   {"invite", UID_A, "text"},     {"member", UID_A, ""},
                   {"notify", UID_A, "text"},     {"something new", UID_A, "text"}};
    struct introducer *introducer = open_introducer(ANSWER_ACK, ANSWER_ACK);

    (void)state;
    for (size_t i = 0; i < sizeof useless / sizeof useless[0]; i++) {
        queue_message(useless[i].op, useless[i].from, "", useless[i].data);
    }
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_int_equal(back.pings, 0);
    introducer_close(introducer);
    assert_true(all_acked());
    listens = false;
    introducer = open_introducer(ANSWER_ACK, ANSWER_ACK);
    queue_message("ping", UID_A, "", "nobody listens");
    assert_int_equal(ready(introducer), TMTP_OK);
    introducer_close(introducer);
    assert_true(all_acked());
    listens = true;
}

static void a_link_that_lives_is_kept_through_silence(void **state)
{
    struct introducer *introducer;

    (void)state;
    silence_ms = 1;
    introducer = open_introducer(ANSWER_ACK, ANSWER_ACK);
    assert_int_equal(introducer_fd(introducer), -1);
    assert_int_equal(introducer_due_ms(introducer), -1);
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_true(introducer_fd(introducer) >= 0);
    while (introducer_due_ms(introducer) > 0) {
        poll(NULL, 0, introducer_due_ms(introducer));
    }
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_int_equal(server.markers, 2);
    assert_int_equal(server.logins, 1);
    introducer_close(introducer);
    silence_ms = 0;
}

static void a_link_that_died_in_silence_is_found_out_and_made_anew(void **state)
{
    struct introducer *introducer;

    (void)state;
    silence_ms = 1;
    timeout_ms = 300;
    introducer = open_introducer(ANSWER_ACK, ANSWER_ACK);
    assert_int_equal(ready(introducer), TMTP_OK);
    server.deaf = true;
    while (introducer_due_ms(introducer) > 0) {
        poll(NULL, 0, introducer_due_ms(introducer));
    }
    assert_int_equal(ready(introducer), TMTP_RETRY);
    assert_int_equal(introducer_fd(introducer), -1);
    server.deaf = false;
    timeout_ms = 5000;
    assert_int_equal(ready(introducer), TMTP_OK);
    assert_int_equal(server.logins, 2);
    introducer_close(introducer);
    silence_ms = 0;
}

static void pauses_double_with_jitter_up_to_a_limit(void **state)
{
    struct backoff backoff = {.first_ms = 100, .longest_ms = 1000};
    static const int pauses[] = {100, 200, 400, 800, 1000, 1000};
    bool differ = false;
    int last = 0;

    (void)state;
    assert_int_equal(backoff_left_ms(&backoff), 0);
    for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
        int64_t before = deadline_now_ms();

        backoff_failed(&backoff);
        assert_in_range(backoff.next_ms - before, pauses[i] * 3 / 4, pauses[i] * 5 / 4 + 20);
    }
    for (unsigned i = 0; i < 100; i++) {
        int64_t before = deadline_now_ms();

        backoff_failed(&backoff);
        assert_in_range(backoff.next_ms - before, 750, 1270);
        differ = differ || (last != 0 && backoff.next_ms - before != last);
        last = (int)(backoff.next_ms - before);
    }
    assert_true(differ);
    backoff_reset(&backoff);
    assert_int_equal(backoff_left_ms(&backoff), 0);
}

static void without_credentials_there_is_no_introducer(void **state)
{
    struct introducer_options options = {.credentials_path = "/nonexistent/c"};
    struct introducer *introducer = NULL;
    struct tmtp_error error;

    (void)state;
    assert_int_equal(introducer_open(&options, &introducer, &error), TMTP_NONE);
    options = (struct introducer_options){
        .credentials_path = server.path, .server = "=127.0.0.1:1", .timeout_ms = 1000};
    assert_int_equal(introducer_open(&options, &introducer, &error), TMTP_OK);
    assert_int_equal(ready(introducer), TMTP_RETRY);
    introducer_close(introducer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thread_goes_to_both_and_itself_with_all_in_cc),
        cmocka_unit_test(it_posts_when_the_queue_has_been_read_to_the_end),
        cmocka_unit_test(it_stays_logged_in_and_each_thread_comes_back),
        cmocka_unit_test(what_others_put_into_theirs_counts_for_nothing),
        cmocka_unit_test(a_refusal_is_final_and_keeps_the_session),
        cmocka_unit_test(a_link_lost_before_the_thread_was_stored_tells_so),
        cmocka_unit_test(a_link_lost_after_it_was_stored_does_too),
        cmocka_unit_test(another_process_is_told_what_this_one_posted),
        cmocka_unit_test(what_cannot_be_noted_is_not_acked_and_comes_again),
        cmocka_unit_test(a_ping_is_told_with_its_senders_uid_and_alias),
        cmocka_unit_test(a_ping_that_cannot_be_noted_is_not_acked_and_comes_again),
        cmocka_unit_test(what_is_of_no_use_is_acked_all_the_same),
        cmocka_unit_test(a_link_that_lives_is_kept_through_silence),
        cmocka_unit_test(a_link_that_died_in_silence_is_found_out_and_made_anew),
        cmocka_unit_test(pauses_double_with_jitter_up_to_a_limit),
        cmocka_unit_test(without_credentials_there_is_no_introducer),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
