/*
 * Limits by address, user and link.
 */
#include "tmtp-link/server/guard.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/limits.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/session.h"
#include "tmtp-link/server/upload.h"

#define SECOND_US   INT64_C(1000000)
#define LOG_US      (60 * SECOND_US)
#define WAIT_US     (SECOND_US / 10) /* for each failed login too many */
#define WAIT_US_MAX (2 * SECOND_US)

enum {
    ADDRESSES = 16384, /* remembered; some 100 octets each */
    USERS = 65536,
    FRAME_UNIT = 1024, /* octets of a header that count as a frame of their own */
};

static const uint64_t mapped = UINT64_C(0xffff)
                               << 32; /* of IPv4, which no IPv6 network begins with */

bool guard_begin(struct server *server)
{
    server->addresses = limits_new(ADDRESSES);
    server->users = limits_new(USERS);
    return server->addresses != NULL && server->users != NULL;
}

void guard_end(struct server *server)
{
    limits_free(server->addresses);
    limits_free(server->users);
}

/* --- addresses ----------------------------------------------------------------------------- */

static uint64_t of_ipv4(uint32_t address)
{
    return mapped | address;
}

static uint64_t of_ipv6(const struct in6_addr *address)
{
    uint64_t network = 0;
    uint32_t last;

    memcpy(&last, &address->s6_addr[12], sizeof last);
    if (IN6_IS_ADDR_V4MAPPED(address)) {
        return of_ipv4(ntohl(last));
    }
    if (IN6_IS_ADDR_LOOPBACK(address)) {
        return of_ipv4(INADDR_LOOPBACK);
    }
    for (size_t i = 0; i < sizeof network; i++) {
        network = network << 8 | address->s6_addr[i];
    }
    return network;
}

/* Who is at the other end; 0 when it has no limits. */
static uint64_t address_of(const struct config *config, int fd)
{
    struct sockaddr_storage name = {0};
    socklen_t len = sizeof name;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    uint64_t address = 0;

    if (getpeername(fd, (struct sockaddr *)&name, &len) != 0) {
        return 0;
    }
    if (name.ss_family == AF_INET) {
        memcpy(&in, &name, sizeof in);
        address = of_ipv4(ntohl(in.sin_addr.s_addr));
    } else if (name.ss_family == AF_INET6) {
        memcpy(&in6, &name, sizeof in6);
        address = of_ipv6(&in6.sin6_addr);
    }
    if (address >> 24 == (mapped | UINT64_C(127) << 24) >> 24 &&
        config->limit_loopback != CONFIG_YES) {
        return 0;
    }
    return address;
}

static void address_text(uint64_t address, char *text, size_t size)
{
    char network[INET6_ADDRSTRLEN];
    unsigned char octets[16] = {0};

    for (size_t i = 0; i < 8; i++) {
        octets[i] = (unsigned char)(address >> (56 - 8 * i));
    }
    if ((address & ~UINT64_C(0xffffffff)) == mapped) {
        inet_ntop(AF_INET, octets + 4, text, (socklen_t)size);
    } else {
        inet_ntop(AF_INET6, octets, network, sizeof network);
        snprintf(text, size, "%s/64", network);
    }
}

/* --- the log ------------------------------------------------------------------------------- */

static void log_address(struct link *link, const char *limit, enum limits_what what)
{
    char text[INET6_ADDRSTRLEN + 4];

    if (limits_may_log(link->server->addresses, link->guard.address, what, loop_now_us())) {
        address_text(link->guard.address, text, sizeof text);
        log_event(LOG_LEVEL_WARNING, "limit_reached", "limit", limit, "address", text, NULL);
    }
}

static void log_node(const struct link *link, const char *limit)
{
    log_event(LOG_LEVEL_WARNING, "limit_reached", "limit", limit, "node",
              link->node == 0 ? NULL : LOG_NUMBER(link->node), NULL);
}

static void log_user(const struct link *link, int64_t account, const char *limit,
                     enum limits_what what)
{
    if (limits_may_log(link->server->users, (uint64_t)account, what, loop_now_us())) {
        log_node(link, limit);
    }
}

/* --- links and frames ---------------------------------------------------------------------- */

static void pause_ends(struct timer *timer)
{
    link_continue(CONTAINER(timer, struct link, guard.pause));
}

bool guard_open(struct link *link, int fd)
{
    const struct config *config = link->server->config;

    link->guard.pause.fire = pause_ends;
    link->guard.address = address_of(config, fd);
    if (link->guard.address == 0 ||
        limits_hold(link->server->addresses, link->guard.address, config->links_per_address)) {
        return true;
    }
    log_address(link, "links_per_address", LIMITS_HELD);
    return false;
}

void guard_close(struct link *link)
{
    loop_cancel(link->server->loop, &link->guard.pause);
    if (link->guard.address != 0) {
        limits_release(link->server->addresses, link->guard.address);
    }
}

bool guard_pauses(const struct link *link)
{
    return link->guard.pause.place != 0;
}

/* A second's worth may come at once; who is a second ahead waits until it is half of one. */
void guard_frame(struct link *link, size_t header_len)
{
    int64_t most = link->server->config->frames_per_second;
    int64_t now_us = loop_now_us();
    int64_t ahead_us;

    if (link->guard.paid_us < now_us) {
        link->guard.paid_us = now_us;
    }
    link->guard.paid_us += (1 + (int64_t)header_len / FRAME_UNIT) * SECOND_US / most;
    ahead_us = link->guard.paid_us - now_us;
    if (ahead_us > SECOND_US) {
        if (link->guard.logged_us == 0 || now_us - link->guard.logged_us >= LOG_US) {
            link->guard.logged_us = now_us;
            log_node(link, "frames_per_second");
        }
        loop_after(link->server->loop, &link->guard.pause, ahead_us - SECOND_US / 2);
    }
}

/* --- requests ------------------------------------------------------------------------------ */

/* Logins from an address where many have failed today wait a little, good ones too: which they are
 * is what the wait is to keep from being asked too often. It is well within the time for a login.
 */
static bool login_may(struct link *link)
{
    const struct config *config = link->server->config;
    int64_t failed;
    int64_t wait_us;

    if (link->guard.address == 0 || link->guard.waited) {
        return true;
    }
    failed = limits_counted(link->server->addresses, link->guard.address, LIMITS_FAILED_LOGINS,
                            limits_today());
    if (failed < config->failed_logins_per_address) {
        return true;
    }
    log_address(link, "failed_logins_per_address", LIMITS_FAILED_LOGINS);
    link->guard.waited = true;
    link->header_waits = true;
    wait_us = (failed - config->failed_logins_per_address + 1) * WAIT_US;
    wait_us = wait_us < WAIT_US_MAX ? wait_us : WAIT_US_MAX;
    wait_us = wait_us < config->login_us / 4 ? wait_us : config->login_us / 4;
    loop_after(link->server->loop, &link->guard.pause, wait_us);
    return false;
}

static bool registration_may(struct link *link)
{
    if (!login_may(link)) {
        return false;
    }
    if (link->guard.address == 0 ||
        limits_counted(link->server->addresses, link->guard.address, LIMITS_REGISTRATIONS,
                       limits_today()) < link->server->config->registrations_per_address) {
        return true;
    }
    log_address(link, "registrations_per_address", LIMITS_REGISTRATIONS);
    link_quit(link, "register failure");
    return false;
}

/* Answer a ping that is one too many, after all that was asked before. */
static bool refuse_ping(struct link *link, const char *limit, enum limits_what what,
                        const char *fault)
{
    if (link->in_hand > 0) {
        link->header_waits = true;
        return false;
    }
    log_user(link, link->account, limit, what);
    upload_give_up(link);
    session_ack(link, link->header->id.at, link->header->id.len, fault);
    return false;
}

static bool ping_may(struct link *link)
{
    const struct config *config = link->server->config;
    struct limits *users = link->server->users;
    uint64_t key = (uint64_t)link->account;
    int64_t today = limits_today();
    char fault[160];

    if (limits_counted(users, key, LIMITS_PINGS, today) >= config->pings_per_day) {
        snprintf(fault, sizeof fault,
                 "%" PRId64 " pings and invitations a day are the most: try again tomorrow",
                 config->pings_per_day);
        return refuse_ping(link, "pings_per_day", LIMITS_PINGS, fault);
    }
    if (limits_counted(users, key, LIMITS_FAILED_PINGS, today) >= config->failed_pings_per_day) {
        snprintf(fault, sizeof fault,
                 "%" PRId64 " pings and invitations were today to nobody you may write to, which "
                 "is the most: try again tomorrow",
                 config->failed_pings_per_day);
        return refuse_ping(link, "failed_pings_per_day", LIMITS_FAILED_PINGS, fault);
    }
    limits_count(users, key, LIMITS_PINGS, today);
    return true;
}

bool guard_allows(struct link *link)
{
    if (guard_pauses(link) && link->stage != LINK_IN) {
        link->header_waits = true;
        return false;
    }
    switch (link->header->op) {
    case TMTP_LOGIN:
        return login_may(link);
    case TMTP_REGISTER:
        return registration_may(link);
    case TMTP_GROUP_INVITE:
    case TMTP_PING:
        return ping_may(link);
    default:
        return true;
    }
}

/* --- what became of them ------------------------------------------------------------------- */

bool guard_enter(struct link *link, int64_t account)
{
    if (!limits_hold(link->server->users, (uint64_t)account,
                     link->server->config->links_per_user)) {
        log_user(link, account, "links_per_user", LIMITS_HELD);
        return false;
    }
    link->guard.account = account;
    return true;
}

void guard_leave(struct link *link)
{
    if (link->guard.account != 0) {
        limits_release(link->server->users, (uint64_t)link->guard.account);
        link->guard.account = 0;
    }
}

void guard_login_failed(struct link *link)
{
    if (link->guard.address != 0) {
        limits_count(link->server->addresses, link->guard.address, LIMITS_FAILED_LOGINS,
                     limits_today());
    }
}

void guard_registered(struct link *link)
{
    if (link->guard.address != 0) {
        limits_count(link->server->addresses, link->guard.address, LIMITS_REGISTRATIONS,
                     limits_today());
    }
}

void guard_ping_failed(struct link *link)
{
    limits_count(link->server->users, (uint64_t)link->account, LIMITS_FAILED_PINGS, limits_today());
}
