/*
 * Messages: the file that is written where there is no SMTP server, what a server is told where
 * there is one, and that nothing from outside begins a header.
 */
#include "tests/unit/check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "directory/base/file.h"
#include "directory/domain/mail.h"

static struct work work;
static struct config config;
static char folder[] = "/tmp/mail_test.XXXXXX";

static int begin(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    config.mail_smtp_url = config.mail_user = config.mail_password_file = "";
    config.mail_from = "Agora <agora@example.org>";
    config.mail_mail_dir = folder;
    return work_begin(&work, NULL, NULL, &config) == AGORA_OK ? 0 : -1;
}

static int end(void **state)
{
    char path[64];

    (void)state;
    work_end(&work);
    snprintf(path, sizeof path, "%s/id-1.eml", folder);
    unlink(path);
    return rmdir(folder);
}

static enum agora_status send_one(const char *to, const char *subject, const char *text,
                                  const char *id)
{
    const struct mail m = {.to = to, .subject = subject, .text = text};

    return mail_send(&work, &m, id);
}

static void a_message_becomes_a_file_that_a_repeat_replaces(void **state)
{
    char path[64], *text = NULL;

    (void)state;
    snprintf(path, sizeof path, "%s/id-1.eml", folder);
    for (int i = 0; i < 2; i++)
        assert_int_equal(send_one("ann@example.org", "Your code", "Hällo\n\n    ABCD\n", "id-1"),
                         AGORA_OK);
    assert_int_equal(file_read(work.mem, path, 10000, &text, NULL, &work.error), AGORA_OK);
    assert_non_null(strstr(text, "\r\nFrom: Agora <agora@example.org>\r\nTo: ann@example.org\r\n"
                                 "Subject: Your code\r\nMessage-ID: <id-1@example.org>\r\n"
                                 "Auto-Submitted: auto-generated\r\n"));
    assert_non_null(strstr(text, "charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
                                 "Hällo\r\n\r\n    ABCD\r\n"));
}

static void a_message_that_can_be_ended_says_how(void **state)
{
    const struct mail good = {.to = "ann@example.org",
                              .subject = "Hello",
                              .text = "x",
                              .unsubscribe = "https://agora.example/unsubscribe/abc"};
    struct mail bad = good;
    char path[64], *text = NULL;

    (void)state;
    snprintf(path, sizeof path, "%s/id-1.eml", folder);
    assert_int_equal(mail_send(&work, &good, "id-1"), AGORA_OK);
    assert_int_equal(file_read(work.mem, path, 10000, &text, NULL, &work.error), AGORA_OK);
    assert_non_null(strstr(text, "\r\nList-Unsubscribe: <https://agora.example/unsubscribe/abc>\r\n"
                                 "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    assert_int_equal(send_one("ann@example.org", "Hello", "x", "id-1"), AGORA_OK);
    assert_int_equal(file_read(work.mem, path, 10000, &text, NULL, &work.error), AGORA_OK);
    assert_null(strstr(text, "List-Unsubscribe"));
    for (const char *const *link = (const char *const[]){"https://a/\r\nBcc: eve@x", "https://a/>b",
                                                         "mailto:a@b", "", NULL};
         *link != NULL; link++) {
        bad.unsubscribe = *link;
        assert_int_equal(mail_send(&work, &bad, "id-1"), AGORA_INVALID_FIELD);
    }
}

static void a_subject_beyond_ascii_is_encoded_without_cutting_a_character(void **state)
{
    char path[64], *text = NULL;

    (void)state;
    snprintf(path, sizeof path, "%s/id-1.eml", folder);
    assert_int_equal(send_one("ann@example.org",
                              "Osterreichische Gesellschaft für Vermessungß und Geoinformation",
                              "x", "id-1"),
                     AGORA_OK);
    assert_int_equal(file_read(work.mem, path, 10000, &text, NULL, &work.error), AGORA_OK);
    assert_non_null(strstr(
        text,
        "Subject: =?UTF-8?B?T3N0ZXJyZWljaGlzY2hlIEdlc2VsbHNjaGFmdCBmw7xyIFZlcm1lc3N1bmc=?=\r\n"
        " =?UTF-8?B?w58gdW5kIEdlb2luZm9ybWF0aW9u?=\r\n"));
}

static void nothing_from_outside_begins_a_header(void **state)
{
    static const char *const addresses[] = {"ann@example.org\r\nBcc: eve@example.org",
                                            "ann@example.org\nX: y",
                                            "ann@example.org, eve@x",
                                            "<ann@example.org>",
                                            "ann",
                                            "@example.org",
                                            "ann@",
                                            "ann @example.org",
                                            ""};

    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++)
        assert_int_equal(send_one(addresses[i], "Hello", "x", "id-1"), AGORA_INVALID_FIELD);
    assert_int_equal(send_one("a@b", "Hello\r\nBcc: eve@x", "x", "id-1"), AGORA_INVALID_FIELD);
    assert_int_equal(send_one("a@b", "Hello", "x", "../../etc/x"), AGORA_INVALID_FIELD);
    assert_int_equal(send_one("a@b", "Hello", "x", ""), AGORA_INVALID_FIELD);
}

static void a_folder_that_is_away_is_tried_again_later(void **state)
{
    (void)state;
    config.mail_mail_dir = "/nowhere/at/all";
    assert_int_equal(send_one("a@b", "Hello", "x", "id-1"), AGORA_UNAVAILABLE);
    config.mail_mail_dir = folder;
}

/* An SMTP server for one message: answers to RCPT and to the end of DATA as told. */
static struct {
    int listener;
    const char *rcpt, *done;
    char heard[8192];
} smtp;

static void answer(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

static void *serve(void *unused)
{
    int fd = accept(smtp.listener, NULL, NULL);
    char line[2048];
    FILE *in = fdopen(fd, "r");
    bool data = false;

    (void)unused;
    answer(fd, "220 test\r\n");
    while (in != NULL && fgets(line, sizeof line, in) != NULL) {
        strncat(smtp.heard, line, sizeof smtp.heard - strlen(smtp.heard) - 1);
        if (data && strcmp(line, ".\r\n") == 0) {
            answer(fd, smtp.done);
            data = false;
        } else if (!data && strncmp(line, "DATA", 4) == 0) {
            answer(fd, "354 go on\r\n");
            data = true;
        } else if (!data) {
            answer(fd, strncmp(line, "RCPT", 4) == 0 ? smtp.rcpt : "250 ok\r\n");
        }
    }
    fclose(in);
    return NULL;
}

static enum agora_status send_by_smtp(const char *rcpt, const char *done)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    pthread_t thread;

    smtp.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    smtp.rcpt = rcpt;
    smtp.done = done;
    smtp.heard[0] = '\0';
    assert_int_equal(bind(smtp.listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(smtp.listener, 1), 0);
    assert_int_equal(getsockname(smtp.listener, (struct sockaddr *)&at, &len), 0);
    assert_int_equal(pthread_create(&thread, NULL, serve, NULL), 0);
    config.mail_smtp_url = talloc_asprintf(work.mem, "smtp://127.0.0.1:%u", ntohs(at.sin_port));
    enum agora_status s = send_one("ann@example.org", "Hello", "one\n.\ntwo\n", "id-1");
    config.mail_smtp_url = "";
    pthread_join(thread, NULL);
    close(smtp.listener);
    return s;
}

static void a_server_is_given_the_message(void **state)
{
    (void)state;
    assert_int_equal(send_by_smtp("250 ok\r\n", "250 queued\r\n"), AGORA_OK);
    assert_non_null(strstr(smtp.heard, "MAIL FROM:<agora@example.org>"));
    assert_non_null(strstr(smtp.heard, "RCPT TO:<ann@example.org>"));
    assert_non_null(strstr(smtp.heard, "\r\n\r\none\r\n..\r\ntwo\r\n"));
}

static void a_refusal_for_good_is_told_from_one_for_now(void **state)
{
    (void)state;
    assert_int_equal(send_by_smtp("550 no such user\r\n", "250 queued\r\n"), AGORA_INVALID_FIELD);
    assert_int_equal(send_by_smtp("450 try later\r\n", "250 queued\r\n"), AGORA_UNAVAILABLE);
    assert_int_equal(send_by_smtp("250 ok\r\n", "452 disk full\r\n"), AGORA_UNAVAILABLE);
    config.mail_smtp_url = "smtp://127.0.0.1:1";
    assert_int_equal(send_one("a@b", "Hello", "x", "id-1"), AGORA_UNAVAILABLE);
    config.mail_smtp_url = "";
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_becomes_a_file_that_a_repeat_replaces),
        cmocka_unit_test(a_message_that_can_be_ended_says_how),
        cmocka_unit_test(a_subject_beyond_ascii_is_encoded_without_cutting_a_character),
        cmocka_unit_test(nothing_from_outside_begins_a_header),
        cmocka_unit_test(a_folder_that_is_away_is_tried_again_later),
        cmocka_unit_test(a_server_is_given_the_message),
        cmocka_unit_test(a_refusal_for_good_is_told_from_one_for_now),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
