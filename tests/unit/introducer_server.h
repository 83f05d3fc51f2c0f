/*
 * A TMTP server of one thread for tests of the introducer: keeps one queue as a real one does, and
 * answers posts as a test tells it.
 */
#ifndef AGORA_TESTS_UNIT_INTRODUCER_SERVER_H
#define AGORA_TESTS_UNIT_INTRODUCER_SERVER_H

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

enum { QUEUE_MAX = 16 };

/* What the server does with a thread: take it; refuse it; lose the link before or after it is
 * stored. */
enum answer { ANSWER_ACK, ANSWER_REFUSAL, ANSWER_CLOSE, ANSWER_STORE_AND_CLOSE };

/* A message in the queue of the introducer's node. */
struct queued {
    char id[TMTP_MSGID_LEN + 1], json[256], data[2048];
    bool acked;
};

static struct {
    SSL_CTX *context;
    int listener;
    pthread_t thread;
    char folder[64], path[80], address[64];
    enum answer answers[8]; /* to the threads, in order */
    unsigned threads, markers, logins, acks, quits;
    bool deaf; /* hears nothing any more, and does not say so */
    struct queued queue[QUEUE_MAX];
    size_t queued;
    char datahead[2048], body[256], recipients[3][64]; /* of the last thread */
    size_t acked_before;                               /* messages acked when it came */
} server = {.folder = "/tmp/introducer_test.XXXXXX"};

static void send_text(SSL *ssl, const char *json, const char *data)
{
    size_t len = 0;
    char *frame = frame_make(json, strlen(json), data, strlen(data), &len);

    assert_non_null(frame);
    SSL_write(ssl, frame, (int)len);
    free(frame);
}

/* Put a message into the queue; gives its id. */
static const char *queue_message(const char *op, const char *from, const char *head,
                                 const char *data)
{
    struct queued *message = &server.queue[server.queued++];
    char id[sizeof message->id];

    assert_true(server.queued < QUEUE_MAX);
    *message = (struct queued){0};
    snprintf(id, sizeof id, "00000000000000%02zx", server.queued);
    memcpy(message->id, id, sizeof id);
    snprintf(message->data, sizeof message->data, "%s%s", head, data);
    snprintf(
        message->json, sizeof message->json,
        "{\"alias\":\"Alice "
        "Example\",\"datahead\":%zu,\"datalen\":%zu,\"from\":\"%s\",\"id\":\"%s\",\"op\":\"%s\","
        "\"posted\":\"2026\"}",
        strlen(head), strlen(message->data), from, id, op);
    return message->id;
}

/* Send the oldest message that is not acked. */
static void send_next(SSL *ssl)
{
    for (size_t i = 0; i < server.queued; i++) {
        if (!server.queue[i].acked) {
            send_text(ssl, server.queue[i].json, server.queue[i].data);
            return;
        }
    }
}

static void take_ack(SSL *ssl, const struct tmtp_header *header)
{
    for (size_t i = 0; i < server.queued; i++) {
        if (!server.queue[i].acked && tmtp_text_is(header->id, server.queue[i].id)) {
            server.queue[i].acked = true;
            server.acks++;
        }
    }
    send_next(ssl);
}

static bool all_acked(void)
{
    return server.acks == server.queued;
}

/* Store a post and ack it; it is sent at once when nothing else is under way. */
static void store(SSL *ssl, const struct tmtp_header *header, const char *head, bool told)
{
    char ack[128];
    bool idle = all_acked();
    const char *id = queue_message("delivery", UID_INTRO, head, "");

    if (told) {
        snprintf(ack, sizeof ack,
                 "{\"id\":\"%s\",\"msgid\":\"%s\",\"op\":\"ack\",\"posted\":\"2026\"}",
                 header->id.at, id);
        send_text(ssl, ack, "");
        if (idle) {
            send_next(ssl);
        }
    }
}

/* false loses the link. */
static bool take_thread(SSL *ssl, const struct tmtp_header *header, const char *data)
{
    size_t head = (size_t)header->datahead;
    char refusal[128];

    server.acked_before = server.acks;
    snprintf(server.datahead, sizeof server.datahead, "%.*s", (int)head, data);
    snprintf(server.body, sizeof server.body, "%.*s", (int)((size_t)header->datalen - head),
             data + head);
    for (size_t i = 0; i < 3; i++) {
        snprintf(server.recipients[i], sizeof server.recipients[i], "%s",
                 header->for_.items[i].id.at);
    }
    switch (server.answers[server.threads++]) {
    case ANSWER_REFUSAL:
        snprintf(refusal, sizeof refusal,
                 "{\"error\":\"not introduced\",\"id\":\"%s\",\"op\":\"ack\"}", header->id.at);
        send_text(ssl, refusal, "");
        return true;
    case ANSWER_CLOSE:
        return false;
    case ANSWER_STORE_AND_CLOSE:
        store(ssl, header, server.datahead, false);
        return false;
    default:
        store(ssl, header, server.datahead, true);
        return true;
    }
}

/* A post to oneself alone is a marker. */
static bool take_post(SSL *ssl, const struct tmtp_header *header, const char *data)
{
    char head[2048];

    if (header->for_.count == 3) {
        return take_thread(ssl, header, data);
    }
    assert_int_equal(header->for_.count, 1);
    assert_true(tmtp_text_is(header->for_.items[0].id, UID_INTRO));
    server.markers++;
    snprintf(head, sizeof head, "%.*s", (int)header->datahead, data);
    store(ssl, header, head, true);
    return true;
}

/* Answer one request; false ends the link. */
static bool answer(SSL *ssl, const struct tmtp_header *header, const char *data)
{
    if (server.deaf) {
        return true;
    }
    switch (header->op) {
    case TMTP_REV:
        send_text(ssl, "{\"id\":\"1\",\"name\":\"test\",\"op\":\"tmtprev\"}", "");
        return true;
    case TMTP_LOGIN:
        server.logins++;
        send_text(ssl, "{\"info\":\"login ok\",\"op\":\"info\"}", "");
        queue_message("login", UID_INTRO, "", "");
        send_next(ssl);
        return true;
    case TMTP_POST:
        return take_post(ssl, header, data);
    case TMTP_ACK:
        take_ack(ssl, header);
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

#endif
