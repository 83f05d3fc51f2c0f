/* IANA's registries of special-purpose addresses (RFC 6890 and what followed). IPv4: what is in the
 * table is not public. IPv6: only 2000::/3 is handed out at all, and of it what is in the table is
 * not public, or is a way to an IPv4 address (6to4, Teredo) that would go round the first table. */
#include "directory/fetch/address.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

enum why { NEVER, PRIVATE, LOOPBACK };

struct range4 {
    uint32_t first; /* host order */
    unsigned bits;
    enum why why;
};

#define IP4(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

static const struct range4 special4[] = {
    {IP4(0, 0, 0, 0), 8, NEVER},        /* this network */
    {IP4(10, 0, 0, 0), 8, PRIVATE},     /* RFC 1918 */
    {IP4(100, 64, 0, 0), 10, PRIVATE},  /* RFC 6598, behind a carrier's NAT */
    {IP4(127, 0, 0, 0), 8, LOOPBACK},   /* RFC 1122 */
    {IP4(169, 254, 0, 0), 16, NEVER},   /* link-local; metadata of clouds */
    {IP4(172, 16, 0, 0), 12, PRIVATE},  /* RFC 1918 */
    {IP4(192, 0, 0, 0), 24, NEVER},     /* IETF protocols */
    {IP4(192, 0, 2, 0), 24, NEVER},     /* documentation */
    {IP4(192, 31, 196, 0), 24, NEVER},  /* AS112 */
    {IP4(192, 52, 193, 0), 24, NEVER},  /* AMT */
    {IP4(192, 88, 99, 0), 24, NEVER},   /* 6to4 relays */
    {IP4(192, 168, 0, 0), 16, PRIVATE}, /* RFC 1918 */
    {IP4(192, 175, 48, 0), 24, NEVER},  /* AS112 */
    {IP4(198, 18, 0, 0), 15, NEVER},    /* benchmarks */
    {IP4(198, 51, 100, 0), 24, NEVER},  /* documentation */
    {IP4(203, 0, 113, 0), 24, NEVER},   /* documentation */
    {IP4(224, 0, 0, 0), 4, NEVER},      /* multicast */
    {IP4(240, 0, 0, 0), 4, NEVER},      /* reserved, broadcast */
};

struct range6 {
    unsigned char first[6]; /* of 16; none needs more */
    unsigned bits;
};

static const struct range6 special6[] = {
    {{0x20, 0x01, 0x00, 0x00}, 23},          /* IETF protocols: Teredo, benchmarks, ORCHID, AMT */
    {{0x20, 0x01, 0x0d, 0xb8}, 32},          /* documentation */
    {{0x20, 0x02}, 16},                      /* 6to4 */
    {{0x26, 0x20, 0x00, 0x4f, 0x80, 0}, 48}, /* AS112 */
    {{0x3f, 0xff, 0x00}, 20},                /* documentation */
};

static bool allowed_why(enum why why, const struct address_rules *rules)
{
    return (why == PRIVATE && rules->private) || (why == LOOPBACK && rules->loopback);
}

static bool allowed4(uint32_t a, const struct address_rules *rules)
{
    for (size_t i = 0; i < sizeof special4 / sizeof special4[0]; i++)
        if ((a ^ special4[i].first) >> (32 - special4[i].bits) == 0)
            return allowed_why(special4[i].why, rules);
    return true;
}

static bool begins(const unsigned char *a, const unsigned char *with, unsigned bits)
{
    unsigned rest = bits % 8;

    if (memcmp(a, with, bits / 8) != 0)
        return false;
    return rest == 0 || (a[bits / 8] ^ with[bits / 8]) >> (8 - rest) == 0;
}

static bool allowed6(const unsigned char a[16], const struct address_rules *rules)
{
    static const unsigned char loopback[16] = {[15] = 1};

    if (memcmp(a, loopback, 16) == 0)
        return allowed_why(LOOPBACK, rules);
    if ((a[0] & 0xfe) == 0xfc) /* fc00::/7, RFC 4193 */
        return allowed_why(PRIVATE, rules);
    if ((a[0] & 0xe0) != 0x20) /* outside 2000::/3: v4-mapped, NAT64, link-local, multicast ... */
        return false;
    for (size_t i = 0; i < sizeof special6 / sizeof special6[0]; i++)
        if (begins(a, special6[i].first, special6[i].bits))
            return false;
    return true;
}

bool address_allowed(const struct sockaddr *address, const struct address_rules *rules)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return allowed4(ntohl(in.sin_addr.s_addr), rules);
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        return allowed6(in6.sin6_addr.s6_addr, rules);
    }
    return false;
}
