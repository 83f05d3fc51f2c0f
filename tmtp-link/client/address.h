/*
 * A TMTP server as it is written: `+host:port` or `=host:port`.
 */
#ifndef TMTP_CLIENT_ADDRESS_H
#define TMTP_CLIENT_ADDRESS_H

#include <stdbool.h>

/** What `+host:port` says. */
struct address {
    bool checked; /**< `+`: the certificate must be good and the host's */
    char host[256];
    char port[6];
};

/**
 * Read an address; an IPv6 address stands in brackets.
 *
 * @return false when @a server is not in that form
 */
bool address_parse(const char *server, struct address *address) __attribute__((warn_unused_result));

#endif
