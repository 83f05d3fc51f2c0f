/*
 * The command `tmtp`: what its parts share. Each subcommand is a function in a file of its own;
 * main reads the options, calls one, and turns its result into the exit status.
 */
#ifndef TMTP_COMMAND_COMMAND_H
#define TMTP_COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/base/result.h"
#include "tmtp-link/client/contacts.h"
#include "tmtp-link/client/credentials.h"
#include "tmtp-link/client/session.h"

enum { COMMAND_TO_MAX = TMTP_CC_MAX - 1, BENCH_OCTETS_MIN = 160 };

/** An option that may be given several times. */
struct options_list {
    const char *items[COMMAND_TO_MAX];
    size_t count;
};

/** Those of `bench`; a number that was not given is 0. */
struct bench_options {
    unsigned clients, seconds, octets, window, rate, receivers, idle;
    bool only_register;
    const char *admin_socket, *token_file;
};

/** What was given on the command line; a text that was not is NULL. */
struct options {
    const char *credentials, *ca_file;
    int timeout_ms;
    bool json;

    const char *server, *alias, *node, *provider, *browser; /* register */
    unsigned redirect_port;
    bool print_url;

    struct options_list to, to_groups, attach; /* post */
    const char *subject, *thread;

    int wait_ms;      /* register, read, presence; -1 when not given */
    unsigned count;   /* read, presence; 0 when not given */
    const char *save; /* read */

    const char *gid, *who;       /* group */
    bool watch;                  /* presence */
    const char *new_credentials; /* node add */

    struct bench_options bench;

    char **words; /* what is no option, ends with NULL */
    size_t word_count;
};

/**
 * Read the options of a subcommand; says what is wrong on standard error.
 *
 * @param allowed letters of the options that it takes, as in options.c
 * @return false when something is wrong
 */
bool options_read(int argc, char **argv, const char *allowed, struct options *options);

/*
 * The subcommands. Each prints its result on standard output and leaves the reason of a failure in
 * error.
 */
enum tmtp_result command_register(const struct options *options, struct tmtp_error *error);
enum tmtp_result command_login(const struct options *options, struct tmtp_error *error);
enum tmtp_result command_alias(const struct options *options, struct tmtp_error *error);
enum tmtp_result command_ping(const struct options *options, struct tmtp_error *error);
enum tmtp_result command_post(const struct options *options, struct tmtp_error *error);
enum tmtp_result command_read(const struct options *options, struct tmtp_error *error);
enum tmtp_result command_contacts(const struct options *options, struct tmtp_error *error);
enum tmtp_result command_group_invite(const struct options *options, struct tmtp_error *error);
enum tmtp_result command_group_join(const struct options *options, struct tmtp_error *error);
enum tmtp_result command_group_alias(const struct options *options, struct tmtp_error *error);
enum tmtp_result command_group_leave(const struct options *options, struct tmtp_error *error);
enum tmtp_result command_group_drop(const struct options *options, struct tmtp_error *error);
enum tmtp_result command_group_list(const struct options *options, struct tmtp_error *error);
enum tmtp_result command_presence(const struct options *options, struct tmtp_error *error);
enum tmtp_result command_node_add(const struct options *options, struct tmtp_error *error);
enum tmtp_result command_bench(const struct options *options, struct tmtp_error *error);

/** A client that is logged in. */
struct client {
    struct credentials credentials;
    struct tmtp_session *session;
};

/**
 * Read the credentials and log in.
 *
 * @param[out] client to be closed by client_close
 */
enum tmtp_result client_open(const struct options *options, struct client *client,
                             struct tmtp_error *error) __attribute__((warn_unused_result));

/** Log out and free; all zero will do. */
void client_close(struct client *client);

/**
 * Make sure that a credentials file can be made: there is none, and its folders are there.
 *
 * @return TMTP_OK; TMTP_LOCAL when there is one already, or its folder can't be written to
 */
enum tmtp_result prepare_path(const char *path, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Print a JSON object as one line on standard output, and wait until it is out. Takes the
 * reference.
 *
 * @return TMTP_OK; TMTP_LOCAL when it can't be written
 */
enum tmtp_result print_json(json_t *object, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Print text on standard output with what a terminal would obey replaced by '?'; newline and tab
 * stay.
 */
void print_text(const char *text, size_t len);

/**
 * Wait until all that was printed is out, and on disk when it goes to a file.
 */
enum tmtp_result print_flush(struct tmtp_error *error) __attribute__((warn_unused_result));

#endif
