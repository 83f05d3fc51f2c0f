/* Which addresses may be connected to. */
#ifndef AGORA_FETCH_ADDRESS_H
#define AGORA_FETCH_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* What is allowed besides the public internet. Nothing else ever is: not link-local addresses
 * (where clouds keep their metadata), not multicast, not what embeds an IPv4 address. */
struct address_rules {
    bool loopback; /* 127.0.0.0/8 and ::1 */
    bool private;  /* RFC 1918, RFC 6598, RFC 4193 */
};

/** Whether a socket may be connected to this address. */
bool address_allowed(const struct sockaddr *address, const struct address_rules *rules);

#endif
