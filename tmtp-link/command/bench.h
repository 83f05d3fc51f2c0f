/*
 * `tmtp bench`: load on a TMTP server from one thread, with epoll.
 *
 * It shares the machine with the server it measures, so it must be cheap: what one turn of a client
 * has to say (acks, and the posts that they make room for) leaves in one write, nothing is
 * allocated for a message, and of a header only the keys that matter are read. Each client has a
 * fixed recipient, so one counter tells whether what it sent came once and in order.
 *
 * The files: bench.c has the phases, bench_link.c the TLS links, bench_talk.c what is said on them,
 * bench_load.c the loop and its clock, bench_report.c the figures.
 */
#ifndef TMTP_COMMAND_BENCH_H
#define TMTP_COMMAND_BENCH_H

#include <openssl/ssl.h>
#include <sys/socket.h>
#include <time.h>

#include "tmtp-link/command/bench_tally.h"
#include "tmtp-link/command/command.h"

/** Where a client is. */
enum bench_state {
    BENCH_NOT_YET,
    BENCH_CONNECTING,
    BENCH_HANDSHAKE,
    BENCH_ENTERING, /* has asked to be registered */
    BENCH_READY,
    BENCH_DONE, /* closed by us */
    BENCH_GONE, /* closed by the server */
};

/** Octets kept for later. */
struct bench_octets {
    char *at;
    size_t len, size;
};

/** A message of which not all has come. */
struct bench_arriving {
    uint64_t left; /* octets of data still to come; 0 for none */
    char id[TMTP_MSGID_LEN];
    uint32_t sender;
    uint64_t number;
    int64_t sent_us;
    bool ours; /* the three above are known */
};

/** A user with one node. */
struct bench_client {
    SSL *ssl;
    int fd;
    enum bench_state state;
    bool wants_write, holds_only;
    uint32_t index, target;
    char uid[TMTP_UID_LEN + 1];
    int64_t begun_us; /* when it began to connect */

    char *post; /* header and datahead of a post, but for its id; see bench_talk_prepare */
    size_t post_len, post_id_at, filler_len;
    uint64_t owed; /* posts that are due by the rate */
    uint64_t posted, acked, refused;
    struct order order; /* of what it sent, as it came */

    struct bench_arriving arriving;
    struct bench_octets in;  /* the beginning of a frame */
    struct bench_octets out; /* what the socket did not take */
};

/** A run. */
struct bench {
    struct bench_options options;
    struct sockaddr_storage address;
    socklen_t address_len;
    SSL_CTX *context;
    int epoll;
    char run[9]; /* part of all aliases */

    struct bench_client *clients;
    size_t count;   /* the load's first, then those that only hold a link */
    size_t senders; /* how many of them are the load's */
    size_t begun, entering, ready, gone;

    struct bench_octets in, out; /* room for one turn */
    char *filler;

    bool loading; /* post whenever the window allows */
    int64_t now_us, load_begun_us;
    uint64_t scheduled; /* posts that have become due, with a rate */
    int64_t pulse_us;
    size_t pulsed;

    uint64_t posted, acked, refused, owed, once; /* sums of the clients' */
    uint64_t delivered, strange;                 /* strange: messages that are none of ours */
    struct latency latency, entered; /* from post to delivery; from connecting to registered */
    char first_error[200];
    size_t errors;

    /* for the report */
    double enter_s, grant_s, load_s, cpu_s;
    uint64_t delivered_in_time, contacts;
};

/** Microseconds on a clock that never jumps. */
static inline int64_t bench_clock_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/** Note that something went wrong; the first is told in the end. */
void bench_note(struct bench *bench, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Add to octets. @return false when there is no memory */
bool bench_octets_add(struct bench_octets *octets, const void *more, size_t len)
    __attribute__((warn_unused_result));

/* bench_link.c */

/** Begin to connect the next client; failures end in bench_note and BENCH_GONE. */
void bench_link_begin(struct bench *bench, struct bench_client *client);

/** The socket is ready: go on with connecting, or read and answer. */
void bench_link_turn(struct bench *bench, struct bench_client *client);

/** Send what is in bench->out; what the socket does not take is kept. */
void bench_link_flush(struct bench *bench, struct bench_client *client);

/** Close, as BENCH_DONE or BENCH_GONE. */
void bench_link_close(struct bench *bench, struct bench_client *client, enum bench_state state);

/* bench_talk.c */

/** Put the first requests into bench->out. */
void bench_talk_greet(struct bench *bench, struct bench_client *client);

/**
 * Take whole frames out of what has come, and put the answers into bench->out.
 *
 * @return octets used; the rest is the beginning of a frame
 */
size_t bench_talk_take(struct bench *bench, struct bench_client *client, const char *octets,
                       size_t len);

/** Make what all posts of a client have in common; its target must be registered. @return false
 * when there is no memory */
bool bench_talk_prepare(struct bench *bench, struct bench_client *client)
    __attribute__((warn_unused_result));

/** Put as many posts into bench->out as window and rate allow. */
void bench_talk_post(struct bench *bench, struct bench_client *client);

/** Put a pulse into bench->out. */
void bench_talk_pulse(struct bench *bench, struct bench_client *client);

/* bench_load.c: the phases; each ends by itself */

/** Connect and register everybody. */
enum tmtp_result bench_enter(struct bench *bench, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/** Post for the time asked for, then wait for what is under way. */
enum tmtp_result bench_load(struct bench *bench, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/** Keep the links for the time asked for. */
void bench_hold(struct bench *bench);

/* bench_grant.c */

/** Let each client write to its target, by the admin interface. */
enum tmtp_result bench_grant(struct bench *bench, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/* bench_report.c */

/** Print the figures. @return TMTP_OK; TMTP_REFUSED when a message was lost or came out of order,
 * or a link */
enum tmtp_result bench_report(const struct bench *bench, bool json, struct tmtp_error *error)
    __attribute__((warn_unused_result));

#endif
