/*
 * The caller of the admin interface, against a server that answers what it is told: which request
 * goes out, and what each status becomes.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "tmtp-link/admin/admin.h"

#define UID_A "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB%"
#define UID_B "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC+"

/* The server: one thread, one answer to every connection. */
static struct {
    int listener;
    pthread_t thread;
    char folder[64], socket[96], token[96];
    char answer[512]; /* status line, headers and body of the next answers */
    size_t filler;    /* octets to send behind it */
    char seen[2048];  /* the last request */
} server = {.folder = "/tmp/admin_test.XXXXXX"};

static void write_token(const char *token)
{
    FILE *file = fopen(server.token, "we");

    assert_non_null(file);
    assert_true(fprintf(file, "%s\n", token) > 0);
    assert_int_equal(fclose(file), 0);
}

/* Read one request: its head, and as much of a body as it announces. */
static bool read_request(int fd)
{
    size_t len = 0;
    const char *end = NULL;
    size_t body = 0;

    memset(server.seen, 0, sizeof server.seen);
    while (end == NULL || len < (size_t)(end - server.seen) + 4 + body) {
        ssize_t n = recv(fd, server.seen + len, sizeof server.seen - len - 1, 0);
        const char *length;

        if (n <= 0) {
            return false;
        }
        len += (size_t)n;
        end = strstr(server.seen, "\r\n\r\n");
        length = strstr(server.seen, "Content-Length: ");
        body = length == NULL ? 0 : strtoul(length + 16, NULL, 10);
    }
    return true;
}

static void *serve(void *unused)
{
    int fd;

    (void)unused;
    while ((fd = accept(server.listener, NULL, NULL)) >= 0) {
        if (read_request(fd)) {
            char filler[4096];

            memset(filler, ' ', sizeof filler);
            send(fd, server.answer, strlen(server.answer), MSG_NOSIGNAL);
            for (size_t sent = 0; sent < server.filler; sent += sizeof filler) {
                send(fd, filler, sizeof filler, MSG_NOSIGNAL);
            }
        }
        close(fd);
    }
    return NULL;
}

static int start(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    (void)state;
    if (mkdtemp(server.folder) == NULL) {
        return -1;
    }
    snprintf(server.socket, sizeof server.socket, "%s/s", server.folder);
    snprintf(server.token, sizeof server.token, "%s/t", server.folder);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", server.socket);
    server.listener = socket(AF_UNIX, SOCK_STREAM, 0);
    return bind(server.listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
           listen(server.listener, 8) != 0 ||
           pthread_create(&server.thread, NULL, serve, NULL) != 0;
}

static int stop(void **state)
{
    (void)state;
    shutdown(server.listener, SHUT_RDWR);
    pthread_join(server.thread, NULL);
    close(server.listener);
    unlink(server.socket);
    unlink(server.token);
    return rmdir(server.folder);
}

static void will_answer(const char *status, const char *body)
{
    snprintf(server.answer, sizeof server.answer,
             "HTTP/1.1 %s\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n%s", status,
             body);
    server.filler = 0;
}

static struct admin *open_admin(void)
{
    const struct admin_options options = {
        .unix_socket = server.socket, .token_file = server.token, .timeout_ms = 5000};
    struct admin *admin = NULL;
    struct tmtp_error error;

    write_token("secret");
    assert_int_equal(admin_open(&options, &admin, &error), TMTP_OK);
    return admin;
}

static enum tmtp_result put(struct admin *admin, struct tmtp_error *error)
{
    return admin_contact_put(admin, UID_A, UID_B, "introduction 1", NULL, NULL, error);
}

static void a_contact_is_put_with_escaped_uids_and_the_token(void **state)
{
    struct admin *admin = open_admin();
    struct tmtp_error error;

    (void)state;
    will_answer("201 Created", "{}");
    assert_int_equal(admin_contact_put(admin, UID_A, UID_B, "introduction \"1\"",
                                       "2027-01-31T00:00:00Z", UID_A, &error),
                     TMTP_OK);
    assert_memory_equal(server.seen,
                        "PUT /v1/contacts/BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB%25/"
                        "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC%2B HTTP/1.1\r\n",
                        97);
    assert_non_null(strstr(server.seen, "\r\nAuthorization: Bearer secret\r\n"));
    assert_non_null(strstr(server.seen, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(server.seen, "\"ref\":\"introduction \\\"1\\\"\""));
    assert_non_null(strstr(server.seen, "\"until\":\"2027-01-31T00:00:00Z\""));
    assert_non_null(strstr(server.seen, "\"first\":\"" UID_A "\""));
    admin_close(admin);
}

static void each_status_says_what_can_be_done(void **state)
{
    static const struct {
        const char *status;
        enum tmtp_result result;
    } cases[] = {
        {"201 Created", TMTP_OK},          {"200 OK", TMTP_ALREADY},
        {"404 Not Found", TMTP_REFUSED},   {"409 Conflict", TMTP_REFUSED},
        {"400 Bad Request", TMTP_REFUSED}, {"401 Unauthorized", TMTP_AUTH},
        {"403 Forbidden", TMTP_AUTH},      {"408 Timeout", TMTP_RETRY},
        {"429 Too Many", TMTP_RETRY},      {"500 Broken", TMTP_RETRY},
        {"503 Away", TMTP_RETRY},          {"301 Moved", TMTP_PROTOCOL},
    };
    struct admin *admin = open_admin();
    struct tmtp_error error;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        will_answer(cases[i].status, "{\"detail\":\"the words\"}");
        assert_int_equal(put(admin, &error), cases[i].result);
        if (i >= 2) {
            assert_non_null(strstr(error.text, "the words"));
        }
    }
    admin_close(admin);
}

static void many_contacts_are_put_at_once_and_each_outcome_is_looked_at(void **state)
{
    static const struct {
        const char *status, *body;
        enum tmtp_result result;
    } cases[] = {
        {"200 OK", "{\"put\":[{\"status\":201},{\"status\":200}],\"delete\":[]}", TMTP_OK},
        {"200 OK", "{\"put\":[{\"status\":201},{\"status\":409,\"detail\":\"suspended\"}]}",
         TMTP_REFUSED},
        {"200 OK", "{\"put\":[{\"status\":201}]}", TMTP_PROTOCOL},
        {"404 Not Found", "{}", TMTP_NONE},
        {"405 No Such Method", "{}", TMTP_NONE},
        {"400 Bad Request", "{}", TMTP_REFUSED},
        {"503 Away", "{}", TMTP_RETRY},
    };
    const char *const pairs[][2] = {{UID_A, UID_B}, {UID_B, UID_A}};
    struct admin *admin = open_admin();
    struct tmtp_error error;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        will_answer(cases[i].status, cases[i].body);
        if (admin_contacts_put(admin, pairs, 2, "ref", &error) != cases[i].result)
            fail_msg("%s %s", cases[i].status, cases[i].body);
    }
    assert_memory_equal(server.seen, "POST /v1/contacts:batch HTTP/1.1\r\n", 34);
    assert_non_null(strstr(server.seen,
                           "{\"put\":[{\"uids\":[\"" UID_A "\",\"" UID_B "\"],\"ref\":\"ref\"},"
                           "{\"uids\":[\"" UID_B "\",\"" UID_A "\"],\"ref\":\"ref\"}]}"));
    admin_close(admin);
}

static void deleting_what_is_not_there_is_done(void **state)
{
    struct admin *admin = open_admin();
    struct tmtp_error error;

    (void)state;
    will_answer("204 No Content", "");
    assert_int_equal(admin_contact_delete(admin, UID_A, UID_B, &error), TMTP_OK);
    assert_memory_equal(server.seen, "DELETE /v1/contacts/", 20);
    will_answer("404 Not Found", "{}");
    assert_int_equal(admin_contact_delete(admin, UID_A, UID_B, &error), TMTP_OK);
    will_answer("503 Away", "{}");
    assert_int_equal(admin_contact_delete(admin, UID_A, UID_B, &error), TMTP_RETRY);
    admin_close(admin);
}

static void a_changed_token_is_read_again(void **state)
{
    struct admin *admin = open_admin();
    struct tmtp_error error;

    (void)state;
    write_token("changed");
    will_answer("403 Forbidden", "{}");
    assert_int_equal(put(admin, &error), TMTP_AUTH);
    assert_non_null(strstr(server.seen, "\r\nAuthorization: Bearer changed\r\n"));
    admin_close(admin);
}

static void events_come_as_an_array(void **state)
{
    struct admin *admin = open_admin();
    struct admin_events events = {0};
    struct tmtp_error error;

    (void)state;
    will_answer("200 OK",
                "{\"events\":[{\"n\":8,\"at\":\"2026-11-24T11:52:00.123Z\",\"type\":\"registered\","
                "\"uid\":\"U\",\"subject\":\"s\",\"issuer\":\"i\",\"alias\":\"a\"},"
                "{\"n\":9,\"type\":\"contact\",\"uids\":[\"U\",\"V\"]}],\"next\":9}");
    assert_int_equal(admin_events(admin, 7, 0, 100, &events, &error), TMTP_OK);
    assert_memory_equal(server.seen, "GET /v1/events?after=7&wait=0&limit=100 ", 40);
    assert_int_equal(events.count, 2);
    assert_int_equal(events.next, 9);
    assert_int_equal(events.items[0].n, 8);
    assert_string_equal(events.items[0].subject, "s");
    assert_string_equal(events.items[0].alias, "a");
    assert_null(events.items[0].uids[0]);
    assert_string_equal(events.items[1].uids[1], "V");
    admin_events_free(&events);
    admin_close(admin);
}

static void answers_that_are_none_are_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "[]",
                                      "{}",
                                      "{\"events\":{},\"next\":1}",
                                      "{\"events\":[]}",
                                      "{\"events\":[{}],\"next\":1}",
                                      "{\"events\":[1],\"next\":1}",
                                      "{"};
    struct admin *admin = open_admin();
    struct admin_events events = {0};
    struct tmtp_error error;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        will_answer("200 OK", bad[i]);
        assert_int_equal(admin_events(admin, 0, 0, 1, &events, &error), TMTP_PROTOCOL);
    }
    admin_close(admin);
}

static void an_answer_longer_than_a_mebibyte_is_refused(void **state)
{
    struct admin *admin = open_admin();
    struct tmtp_error error;
    json_t *object = NULL;

    (void)state;
    will_answer("200 OK", "{}");
    server.filler = (1 << 20) + 4096;
    assert_int_equal(admin_server(admin, &object, &error), TMTP_PROTOCOL);
    will_answer("200 OK", "{\"name\":\"x\"}");
    assert_int_equal(admin_server(admin, &object, &error), TMTP_OK);
    json_decref(object);
    admin_close(admin);
}

static void a_user_is_found_by_issuer_and_subject(void **state)
{
    struct admin *admin = open_admin();
    struct tmtp_error error;
    json_t *user = NULL;

    (void)state;
    will_answer("200 OK",
                "{\"users\":[{\"uid\":\"U\",\"issuer\":\"x\"},{\"uid\":\"V\",\"issuer\":\"y\"}]}");
    assert_int_equal(admin_user_by_subject(admin, "y", "a b&c", &user, &error), TMTP_OK);
    assert_memory_equal(server.seen, "GET /v1/users?subject=a%20b%26c ", 32);
    assert_string_equal(json_string_value(json_object_get(user, "uid")), "V");
    json_decref(user);
    assert_int_equal(admin_user_by_subject(admin, "z", "s", &user, &error), TMTP_NONE);
    will_answer("404 Not Found", "{}");
    assert_int_equal(admin_user(admin, UID_A, &user, &error), TMTP_NONE);
    admin_close(admin);
}

static void a_server_that_is_away_is_tried_again(void **state)
{
    struct admin_options options = {.unix_socket = "/nonexistent/s", .token_file = server.token};
    struct admin *admin = NULL;
    struct tmtp_error error;

    (void)state;
    write_token("secret");
    assert_int_equal(admin_open(&options, &admin, &error), TMTP_OK);
    assert_int_equal(put(admin, &error), TMTP_RETRY);
    admin_close(admin);
    options.token_file = "/nonexistent/t";
    assert_int_equal(admin_open(&options, &admin, &error), TMTP_LOCAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contact_is_put_with_escaped_uids_and_the_token),
        cmocka_unit_test(each_status_says_what_can_be_done),
        cmocka_unit_test(many_contacts_are_put_at_once_and_each_outcome_is_looked_at),
        cmocka_unit_test(deleting_what_is_not_there_is_done),
        cmocka_unit_test(a_changed_token_is_read_again),
        cmocka_unit_test(events_come_as_an_array),
        cmocka_unit_test(answers_that_are_none_are_refused),
        cmocka_unit_test(an_answer_longer_than_a_mebibyte_is_refused),
        cmocka_unit_test(a_user_is_found_by_issuer_and_subject),
        cmocka_unit_test(a_server_that_is_away_is_tried_again),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
