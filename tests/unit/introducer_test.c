/*
 * The introducer, against a TMTP server of one thread that plays one script a link: what is posted,
 * what is acked, and what happens when the link is lost.
 */
#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tmtp-link/client/credentials.h"
#include "tmtp-link/client/introducer.h"
#include "tmtp-link/wire/frame.h"
#include "tmtp-link/wire/header.h"

#define UID_A     "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define UID_B     "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC"
#define UID_INTRO "DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD"
#define NODE      "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"

static const struct inner_person members[2] = {{"Alice Example", UID_A}, {"Bob Example", UID_B}};

/* What the server does with a post. */
enum answer { ANSWER_ACK, ANSWER_REFUSAL, ANSWER_CLOSE };

static struct {
    SSL_CTX *context;
    int listener;
    pthread_t thread;
    char folder[64], path[80], address[64];
    enum answer answers[8]; /* to the posts, in order */
    unsigned posts, logins, acks, quits;
    char datahead[2048], body[256], recipients[2][64];
} server = {.folder = "/tmp/introducer_test.XXXXXX"};

static void send_text(SSL *ssl, const char *json, const char *data)
{
    size_t len = 0;
    char *frame = frame_make(json, strlen(json), data, strlen(data), &len);

    assert_non_null(frame);
    SSL_write(ssl, frame, (int)len);
    free(frame);
}

static void take_post(const struct tmtp_header *header, const char *data)
{
    size_t head = (size_t)header->datahead;

    snprintf(server.datahead, sizeof server.datahead, "%.*s", (int)head, data);
    snprintf(server.body, sizeof server.body, "%.*s", (int)((size_t)header->datalen - head),
             data + head);
    for (size_t i = 0; i < 2 && i < header->for_.count; i++) {
        snprintf(server.recipients[i], sizeof server.recipients[i], "%s",
                 header->for_.items[i].id.at);
    }
}

/* Answer one request; false ends the link. */
static bool answer(SSL *ssl, const struct tmtp_header *header, const char *data)
{
    char ack[128];

    switch (header->op) {
    case TMTP_REV:
        send_text(ssl, "{\"id\":\"1\",\"name\":\"test\",\"op\":\"tmtprev\"}", "");
        return true;
    case TMTP_LOGIN:
        server.logins++;
        send_text(ssl, "{\"info\":\"login ok\",\"op\":\"info\"}", "");
        /* what a login brings, and a member's reply to all */
        send_text(ssl,
                  "{\"datalen\":0,\"from\":\"" UID_INTRO
                  "\",\"id\":\"0000000000000001\",\"node\":\"tbd\",\"op\":\"login\"}",
                  "");
        send_text(ssl,
                  "{\"datalen\":5,\"from\":\"" UID_A
                  "\",\"id\":\"0000000000000002\",\"op\":\"delivery\"}",
                  "reply");
        return true;
    case TMTP_POST:
        take_post(header, data);
        if (server.answers[server.posts] == ANSWER_CLOSE) {
            server.posts++;
            return false;
        }
        snprintf(ack, sizeof ack,
                 server.answers[server.posts] == ANSWER_ACK
                     ? "{\"id\":\"%s\",\"msgid\":\"00000000000000%02x\",\"op\":\"ack\",\"posted\":"
                       "\"2026\"}"
                     : "{\"error\":\"not introduced\",\"id\":\"%s\",\"op\":\"ack\"}",
                 header->id.at, server.posts + 16);
        server.posts++;
        send_text(ssl, ack, "");
        return true;
    case TMTP_ACK:
        server.acks++;
        return true;
    case TMTP_QUIT:
        server.quits++;
        send_text(ssl, "{\"error\":\"logout ok\",\"op\":\"quit\"}", "");
        return false;
    default:
        return true;
    }
}

static void serve_link(SSL *ssl)
{
    struct frame_reader reader = {0};
    struct tmtp_header header = {0};
    char data[4096];
    size_t data_len = 0;
    bool open = SSL_accept(ssl) == 1;

    while (open) {
        struct frame_piece piece;
        enum frame_event event;
        size_t room = 0;
        void *space = frame_reader_space(&reader, &room);
        int n = space == NULL ? -1 : SSL_read(ssl, space, (int)room);

        if (n <= 0) {
            break;
        }
        frame_reader_added(&reader, (size_t)n);
        while (open && (event = frame_reader_next(&reader, &piece)) != FRAME_MORE) {
            if (event == FRAME_HEADER) {
                header_free(&header);
                assert_true(header_parse(piece.at, piece.len, &header) &&
                            header_is_request(&header));
                frame_reader_expect(&reader, (uint64_t)header.datalen);
                data_len = 0;
            } else {
                assert_true(data_len + piece.len < sizeof data);
                memcpy(data + data_len, piece.at, piece.len);
                data_len += piece.len;
            }
            if (data_len == (size_t)header.datalen) {
                open = answer(ssl, &header, data);
            }
        }
    }
    header_free(&header);
    frame_reader_free(&reader);
}

static void *serve(void *unused)
{
    int fd;

    (void)unused;
    while ((fd = accept(server.listener, NULL, NULL)) >= 0) {
        SSL *ssl = SSL_new(server.context);

        SSL_set_fd(ssl, fd);
        serve_link(ssl);
        SSL_free(ssl);
        close(fd);
    }
    return NULL;
}

static bool make_certificate(SSL_CTX *context)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    bool made;

    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    made = X509_set_pubkey(certificate, key) == 1 &&
           X509_sign(certificate, key, EVP_sha256()) > 0 &&
           SSL_CTX_use_certificate(context, certificate) == 1 &&
           SSL_CTX_use_PrivateKey(context, key) == 1;
    X509_free(certificate);
    EVP_PKEY_free(key);
    return made;
}

static int start(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    struct credentials credentials = {0};
    struct tmtp_error error;

    (void)state;
    signal(SIGPIPE, SIG_IGN);
    server.context = SSL_CTX_new(TLS_server_method());
    server.listener = socket(AF_INET, SOCK_STREAM, 0);
    if (mkdtemp(server.folder) == NULL || !make_certificate(server.context) ||
        bind(server.listener, (const struct sockaddr *)&address, size) != 0 ||
        listen(server.listener, 8) != 0 ||
        getsockname(server.listener, (struct sockaddr *)&address, &size) != 0 ||
        pthread_create(&server.thread, NULL, serve, NULL) != 0) {
        return -1;
    }
    snprintf(server.address, sizeof server.address, "=127.0.0.1:%u",
             (unsigned)ntohs(address.sin_port));
    snprintf(server.path, sizeof server.path, "%s/c.json", server.folder);
    if (credentials_new(server.path, "=wrong:1", &credentials, &error) != TMTP_OK ||
        credentials_set(&credentials, "uid", UID_INTRO, &error) != TMTP_OK ||
        credentials_set(&credentials, "node", NODE, &error) != TMTP_OK ||
        credentials_set(&credentials, "alias", "Agora introductions", &error) != TMTP_OK ||
        credentials_save(&credentials, &error) != TMTP_OK) {
        return -1;
    }
    credentials_free(&credentials);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    shutdown(server.listener, SHUT_RDWR);
    pthread_join(server.thread, NULL);
    close(server.listener);
    SSL_CTX_free(server.context);
    unlink(server.path);
    return rmdir(server.folder);
}

/* An introducer, and a server that will answer posts like this. */
static struct introducer *open_introducer(enum answer first, enum answer second)
{
    struct introducer *introducer = NULL;
    struct tmtp_error error;

    server.posts = server.logins = server.acks = server.quits = 0;
    server.answers[0] = first;
    server.answers[1] = second;
    assert_int_equal(introducer_open(server.path, server.address, NULL, 5000, &introducer, &error),
                     TMTP_OK);
    assert_string_equal(introducer_uid(introducer), UID_INTRO);
    return introducer;
}

static enum tmtp_result post(struct introducer *introducer, struct session_receipt *receipt)
{
    struct tmtp_error error;

    return introducer_post(introducer, members, "An introduction", "**Meet**", receipt, &error);
}

static void one_thread_goes_to_both_with_all_in_cc(void **state)
{
    struct introducer *introducer = open_introducer(ANSWER_ACK, ANSWER_ACK);
    struct session_receipt receipt = {0};
    struct inner inner;
    struct inner_cc cc;

    (void)state;
    assert_int_equal(post(introducer, &receipt), TMTP_OK);
    assert_string_equal(receipt.msgid, "0000000000000010");
    assert_string_equal(server.recipients[0], UID_A);
    assert_string_equal(server.recipients[1], UID_B);
    assert_string_equal(server.body, "**Meet**");
    assert_true(inner_parse(server.datahead, strlen(server.datahead), &inner));
    assert_int_equal(json_array_size(inner.cc), 3);
    assert_true(inner_cc(&inner, 0, &cc));
    assert_string_equal(cc.whouid, UID_INTRO);
    assert_true(inner_cc(&inner, 2, &cc));
    assert_string_equal(cc.whouid, UID_B);
    inner_free(&inner);
    introducer_close(introducer);
    assert_int_equal(server.quits, 1);
}

static void it_stays_logged_in_and_acks_what_it_gets(void **state)
{
    struct introducer *introducer = open_introducer(ANSWER_ACK, ANSWER_ACK);
    struct session_receipt receipt = {0};

    (void)state;
    assert_int_equal(post(introducer, &receipt), TMTP_OK);
    introducer_tend(introducer);
    assert_int_equal(post(introducer, &receipt), TMTP_OK);
    assert_string_equal(receipt.msgid, "0000000000000011");
    introducer_close(introducer); /* ends with an answer, so all before it has been read */
    assert_int_equal(server.logins, 1);
    assert_int_equal(server.acks, 2);
}

static void a_refusal_is_final_and_keeps_the_session(void **state)
{
    struct introducer *introducer = open_introducer(ANSWER_REFUSAL, ANSWER_ACK);
    struct session_receipt receipt = {0};

    (void)state;
    assert_int_equal(post(introducer, &receipt), TMTP_REFUSED);
    assert_int_equal(post(introducer, &receipt), TMTP_OK);
    assert_int_equal(server.logins, 1);
    introducer_close(introducer);
}

static void a_lost_link_is_to_be_tried_again_on_a_new_one(void **state)
{
    struct introducer *introducer = open_introducer(ANSWER_CLOSE, ANSWER_ACK);
    struct session_receipt receipt = {0};

    (void)state;
    assert_int_equal(post(introducer, &receipt), TMTP_RETRY);
    assert_int_equal(post(introducer, &receipt), TMTP_OK);
    assert_int_equal(server.logins, 2);
    introducer_close(introducer);
}

static void without_credentials_there_is_no_introducer(void **state)
{
    struct introducer *introducer = NULL;
    struct tmtp_error error;

    (void)state;
    assert_int_equal(introducer_open("/nonexistent/c", NULL, NULL, 0, &introducer, &error),
                     TMTP_NONE);
    assert_int_equal(introducer_open(server.path, "=127.0.0.1:1", NULL, 1000, &introducer, &error),
                     TMTP_OK);
    assert_int_equal(post(introducer, &(struct session_receipt){0}), TMTP_RETRY);
    introducer_close(introducer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thread_goes_to_both_with_all_in_cc),
        cmocka_unit_test(it_stays_logged_in_and_acks_what_it_gets),
        cmocka_unit_test(a_refusal_is_final_and_keeps_the_session),
        cmocka_unit_test(a_lost_link_is_to_be_tried_again_on_a_new_one),
        cmocka_unit_test(without_credentials_there_is_no_introducer),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
