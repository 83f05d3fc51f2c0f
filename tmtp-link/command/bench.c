/*
 * `tmtp bench`: makes everything ready, runs the phases and takes all apart again.
 */
#include "tmtp-link/command/bench.h"

#include <errno.h>
#include <netdb.h>
#include <openssl/rand.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tmtp-link/client/address.h"

enum {
    CLIENTS = 100,
    SECONDS = 10,
    OCTETS = 200,
    WINDOW = 1,
    WINDOW_WITH_RATE = 1000, /* so that a slow server delays nothing but its own answers */
    TURN_ROOM = 64 << 10,
    OTHER_FILES = 16,
};

void bench_note(struct bench *bench, const char *format, ...)
{
    va_list arguments;

    if (bench->errors++ == 0) {
        va_start(arguments, format);
        vsnprintf(bench->first_error, sizeof bench->first_error, format, arguments);
        va_end(arguments);
    }
}

/* What was not given, or does not fit together. */
static enum tmtp_result settle(struct bench_options *options, struct tmtp_error *error)
{
    if ((options->admin_socket == NULL) != (options->token_file == NULL)) {
        return tmtp_fail(error, TMTP_LOCAL, "--admin and --token-file belong together");
    }
    if (options->only_register && (options->idle > 0 || options->rate > 0)) {
        return tmtp_fail(error, TMTP_LOCAL, "--register only registers: no --idle, no --rate");
    }
    if (options->clients == 0 && options->idle == 0) {
        options->clients = CLIENTS;
    }
    if (options->seconds == 0) {
        options->seconds = SECONDS;
    }
    if (options->octets == 0) {
        options->octets = OCTETS;
    }
    if (options->window == 0) {
        options->window = options->rate > 0 ? WINDOW_WITH_RATE : WINDOW;
    }
    if (options->receivers == 0 || options->receivers > options->clients) {
        options->receivers = options->clients;
    }
    return TMTP_OK;
}

static enum tmtp_result find_server(struct bench *bench, const char *server,
                                    struct tmtp_error *error)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *found = NULL;
    struct address address;
    char marked[300];
    int failure;

    snprintf(marked, sizeof marked, "%s%s", *server == '=' ? "" : "=", server);
    if (!address_parse(marked, &address)) {
        return tmtp_fail(error, TMTP_LOCAL, "'%s' is not HOST:PORT", server);
    }
    failure = getaddrinfo(address.host, address.port, &hints, &found);
    if (failure != 0) {
        return tmtp_fail(error, TMTP_RETRY, "can't find %s: %s", address.host,
                         gai_strerror(failure));
    }
    memcpy(&bench->address, found->ai_addr, found->ai_addrlen);
    bench->address_len = found->ai_addrlen;
    freeaddrinfo(found);
    return TMTP_OK;
}

/* As many descriptors as there are links. */
static enum tmtp_result allow_files(size_t links, struct tmtp_error *error)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < links + OTHER_FILES) {
        limit.rlim_cur = limit.rlim_max;
        if (limit.rlim_max < links + OTHER_FILES || setrlimit(RLIMIT_NOFILE, &limit) != 0) {
            return tmtp_fail(error, TMTP_LOCAL, "this process may open only %llu files",
                             (unsigned long long)limit.rlim_max);
        }
    }
    return TMTP_OK;
}

/* TLS as the stock client offers it, which prefers AES-128; and one read where OpenSSL makes two.
 */
static SSL_CTX *make_context(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    if (context != NULL) {
        SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
        SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
                                          "TLS_CHACHA20_POLY1305_SHA256");
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
        SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
        SSL_CTX_set_read_ahead(context, 1);
    }
    return context;
}

/* Everybody writes to the next; with fewer receivers those in turn. */
static void make_clients(struct bench *bench)
{
    unsigned receivers = bench->options.receivers;

    for (size_t i = 0; i < bench->count; i++) {
        bench->clients[i].index = (uint32_t)i;
        bench->clients[i].fd = -1;
        bench->clients[i].holds_only = i >= bench->senders;
        bench->clients[i].target = i < bench->senders ? (uint32_t)((i + 1) % receivers) : 0;
    }
}

static enum tmtp_result make(struct bench *bench, const char *server, struct tmtp_error *error)
{
    enum tmtp_result result = settle(&bench->options, error);
    unsigned char salt[4] = {0};

    bench->epoll = -1;
    if (result == TMTP_OK) {
        result = find_server(bench, server, error);
    }
    bench->senders = bench->options.clients;
    bench->count = bench->senders + bench->options.idle;
    if (result == TMTP_OK) {
        result = allow_files(bench->count, error);
    }
    if (result != TMTP_OK) {
        return result;
    }
    bench->epoll = epoll_create1(EPOLL_CLOEXEC);
    bench->context = make_context();
    bench->clients = calloc(bench->count, sizeof *bench->clients);
    bench->filler = malloc(bench->options.octets);
    bench->in.at = malloc(TURN_ROOM);
    if (bench->epoll < 0 || bench->context == NULL || bench->clients == NULL ||
        bench->filler == NULL || bench->in.at == NULL || RAND_bytes(salt, sizeof salt) != 1) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    memset(bench->filler, 'x', bench->options.octets);
    snprintf(bench->run, sizeof bench->run, "%02x%02x%02x%02x", salt[0], salt[1], salt[2], salt[3]);
    make_clients(bench);
    return TMTP_OK;
}

static void take_apart(struct bench *bench)
{
    for (size_t i = 0; bench->clients != NULL && i < bench->count; i++) {
        struct bench_client *client = &bench->clients[i];

        if (client->fd >= 0) {
            bench_link_close(bench, client, BENCH_DONE);
        }
        free(client->post);
    }
    free(bench->clients);
    free(bench->filler);
    free(bench->in.at);
    free(bench->out.at);
    SSL_CTX_free(bench->context);
    if (bench->epoll >= 0) {
        close(bench->epoll);
    }
    free(bench);
}

/* The phases. */
static enum tmtp_result run(struct bench *bench, bool json, struct tmtp_error *error)
{
    enum tmtp_result result = bench_enter(bench, error);

    if (result == TMTP_OK && bench->options.admin_socket != NULL) {
        result = bench_grant(bench, error);
    }
    if (result == TMTP_OK && !bench->options.only_register) {
        if (bench->senders > 0) {
            result = bench_load(bench, error);
        } else {
            bench_hold(bench);
        }
    }
    return result == TMTP_OK ? bench_report(bench, json, error) : result;
}

enum tmtp_result command_bench(const struct options *options, struct tmtp_error *error)
{
    struct bench *bench = calloc(1, sizeof *bench);
    enum tmtp_result result;

    if (bench == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    bench->options = options->bench;
    result = make(bench, options->words[0], error);
    if (result == TMTP_OK) {
        result = run(bench, options->json, error);
    }
    take_apart(bench);
    return result;
}
