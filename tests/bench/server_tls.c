/*
 * What OpenSSL takes for itself on a link that is open and idle: its part of tmtpd's memory, which
 * tmtpd can do nothing about.
 *
 *     server_tls CERTIFICATE KEY LINKS
 *
 * Prints octets of resident memory a link. The server's ends are made with tmtpd's own settings and
 * have carried a frame each way; the clients' ends live in another process.
 */
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tmtp-link/server/tls.h"

enum { FRAME = 200, LINKS_MAX = 100000, OTHER_FILES = 16 };

static long resident(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    long size, pages = 0;

    if (f != NULL) {
        if (fscanf(f, "%ld %ld", &size, &pages) != 2) {
            pages = 0;
        }
        fclose(f);
    }
    return pages * sysconf(_SC_PAGESIZE);
}

/* The clients' ends, in a process of their own until the server's are closed. */
static int run_clients(int (*sockets)[2], size_t count)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    char frame[FRAME] = {0};
    char last;

    for (size_t i = 0; i < count; i++) {
        close(sockets[i][0]);
    }
    for (size_t i = 0; i < count; i++) {
        SSL *ssl = SSL_new(context);

        if (ssl == NULL || SSL_set_fd(ssl, sockets[i][1]) != 1 || SSL_connect(ssl) != 1 ||
            SSL_write(ssl, frame, FRAME) != FRAME || SSL_read(ssl, frame, FRAME) != FRAME) {
            return 1;
        }
    }
    return read(sockets[0][1], &last, 1) == 0 ? 0 : 1;
}

/* The server's ends; octets of memory they take together, or -1. */
static long run_server(SSL_CTX *context, int (*sockets)[2], struct tls_stream *streams,
                       size_t count)
{
    char frame[FRAME];
    size_t n;
    long before;

    for (size_t i = 0; i < count; i++) {
        close(sockets[i][1]);
    }
    before = resident();
    for (size_t i = 0; i < count; i++) {
        if (!tls_open(&streams[i], context, sockets[i][0]) || tls_shake(&streams[i]) != TLS_DONE ||
            tls_read(&streams[i], frame, FRAME, &n) != TLS_DONE ||
            tls_write(&streams[i], frame, FRAME, &n) != TLS_DONE) {
            return -1;
        }
    }
    return resident() - before;
}

static bool make_sockets(int (*sockets)[2], size_t count)
{
    rlim_t files = (rlim_t)count * 2 + OTHER_FILES;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < files) {
        return false;
    }
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets[i]) != 0) {
            return false;
        }
    }
    return true;
}

/* Octets a link, or -1. */
static long measure(SSL_CTX *context, size_t count)
{
    int(*sockets)[2] = calloc(count, sizeof *sockets);
    struct tls_stream *streams = calloc(count, sizeof *streams);
    long octets = -1;
    pid_t clients;

    if (sockets != NULL && streams != NULL && make_sockets(sockets, count)) {
        clients = fork();
        if (clients == 0) {
            _exit(run_clients(sockets, count));
        }
        octets = run_server(context, sockets, streams, count);
        for (size_t i = 0; i < count; i++) {
            tls_close(&streams[i]);
            close(sockets[i][0]);
        }
        waitpid(clients, NULL, 0);
    }
    free(streams);
    free(sockets);
    return octets < 0 ? -1 : octets / (long)count;
}

int main(int argc, char **argv)
{
    SSL_CTX *context = argc == 4 ? tls_new(argv[1], argv[2]) : NULL;
    long links = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
    long octets = -1;

    if (context != NULL && links > 0 && links <= LINKS_MAX) {
        octets = measure(context, (size_t)links);
    }
    SSL_CTX_free(context);
    if (octets < 0) {
        fprintf(stderr, "usage: server_tls CERTIFICATE KEY LINKS, with two files allowed a link\n");
        return 1;
    }
    printf("%ld\n", octets);
    return 0;
}
