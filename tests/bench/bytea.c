/*
 * What PostgreSQL alone makes of it: connections that insert bytea of one size into a table as fast
 * as they are committed. The yardstick of whatever stores octets in the database, on the same disk
 * in the same run.
 *
 * usage: bytea DSN CONNECTIONS ROWS OCTETS     ROWS of OCTETS on each connection; prints MB/s
 */
#include <libpq-fe.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "directory/base/clock.h"

enum { MOST = 64 };

struct load {
    const char *dsn;
    unsigned char *data; /* random, so that it cannot get smaller */
    long rows;
    int octets;
    atomic_bool failed;
};

static bool ok(PGresult *r)
{
    bool done = PQresultStatus(r) == PGRES_COMMAND_OK;

    if (!done)
        fprintf(stderr, "bytea: %s", PQresultErrorMessage(r));
    PQclear(r);
    return done;
}

static void *insert(void *cls)
{
    struct load *load = cls;
    const char *const params[] = {(const char *)load->data};
    const int lengths[] = {load->octets}, formats[] = {1};
    PGconn *conn = PQconnectdb(load->dsn);
    bool going = ok(PQprepare(conn, "put", "insert into piece (sealed) values ($1)", 0, NULL));

    for (long i = 0; going && i < load->rows; i++)
        going = ok(PQexecPrepared(conn, "put", 1, params, lengths, formats, 1));
    if (!going)
        load->failed = true;
    PQfinish(conn);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[MOST];
    struct load load = {0};
    long n = argc == 5 ? strtol(argv[2], NULL, 10) : 0;

    if (n < 1 || n > MOST || sodium_init() < 0)
        return 2;
    load.dsn = argv[1];
    load.rows = strtol(argv[3], NULL, 10);
    load.octets = (int)strtol(argv[4], NULL, 10);
    load.data = malloc((size_t)load.octets);
    if (load.data == NULL)
        return 1;
    randombytes_buf(load.data, (size_t)load.octets);
    int64_t begun_us = monotonic_us();
    for (long i = 0; i < n; i++)
        if (pthread_create(&threads[i], NULL, insert, &load) != 0)
            return 1;
    for (long i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    double taken_us = (double)(monotonic_us() - begun_us);
    printf("%.2f\n", (double)n * (double)load.rows * load.octets / taken_us);
    free(load.data);
    return load.failed ? 1 : 0;
}
