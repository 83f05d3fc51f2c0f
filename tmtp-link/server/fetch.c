/*
 * libcurl within the loop: it tells which sockets it waits for and when it wants to be called.
 */
#include "tmtp-link/server/fetch.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "tmtp-link/server/buffer.h"
#include "tmtp-link/server/loop.h"

struct fetcher {
    struct loop *loop;
    CURLM *multi;
    struct timer timer; /* libcurl's */
};

struct fetch {
    struct fetcher *fetcher;
    struct fetch_order order;
    CURL *transfer;
    struct buffer body;
};

/* A socket of libcurl's. */
struct socket {
    struct watch watch;
    struct fetcher *fetcher;
};

/* --- one fetch ----------------------------------------------------------------------------- */

void fetch_cancel(struct fetch *fetch)
{
    if (fetch != NULL) {
        curl_multi_remove_handle(fetch->fetcher->multi, fetch->transfer);
        curl_easy_cleanup(fetch->transfer);
        buffer_free(&fetch->body);
        free(fetch);
    }
}

static void end(struct fetch *fetch, CURLcode code)
{
    struct fetch_result result = {0};
    struct buffer body = fetch->body;
    struct fetch_order order = fetch->order;

    curl_easy_getinfo(fetch->transfer, CURLINFO_RESPONSE_CODE, &result.status);
    if (code != CURLE_OK) {
        result.why =
            code == CURLE_WRITE_ERROR ? "the answer is too long" : curl_easy_strerror(code);
    } else if (result.status != 200) {
        result.why = "the answer is not a 200";
    } else {
        result.body = body.at == NULL ? "" : body.at + body.begin;
        result.len = buffer_len(&body);
    }
    fetch->body = (struct buffer){0};
    fetch_cancel(fetch);
    order.done(order.user, &result);
    buffer_free(&body);
}

static void take_done(struct fetcher *fetcher)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(fetcher->multi, &left)) != NULL) {
        struct fetch *fetch = NULL;

        if (message->msg == CURLMSG_DONE) {
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&fetch);
            end(fetch, message->data.result);
        }
    }
}

static size_t take_body(char *data, size_t one, size_t len, void *user)
{
    struct fetch *fetch = user;

    if (buffer_len(&fetch->body) + len > fetch->order.most ||
        !buffer_add(&fetch->body, data, len)) {
        return 0;
    }
    return one * len;
}

struct fetch *fetch_begin(struct fetcher *fetcher, const struct fetch_order *order)
{
    struct fetch *fetch = calloc(1, sizeof *fetch);
    CURL *transfer = fetch == NULL ? NULL : curl_easy_init();

    if (transfer == NULL) {
        free(fetch);
        return NULL;
    }
    *fetch = (struct fetch){.fetcher = fetcher, .order = *order, .transfer = transfer};
    curl_easy_setopt(transfer, CURLOPT_URL, order->url);
    curl_easy_setopt(transfer, CURLOPT_PROTOCOLS_STR, "https,http");
    curl_easy_setopt(transfer, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(transfer, CURLOPT_PRIVATE, fetch);
    curl_easy_setopt(transfer, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(transfer, CURLOPT_WRITEDATA, fetch);
    curl_easy_setopt(transfer, CURLOPT_TIMEOUT_MS, order->within_ms);
    curl_easy_setopt(transfer, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(transfer, CURLOPT_PROXY, "");
    if (order->ca_file != NULL) {
        curl_easy_setopt(transfer, CURLOPT_CAINFO, order->ca_file);
    }
    if (curl_multi_add_handle(fetcher->multi, transfer) != CURLM_OK) {
        fetch_cancel(fetch);
        return NULL;
    }
    return fetch;
}

/* --- libcurl and the loop ------------------------------------------------------------------ */

static void socket_ready(struct watch *watch, uint32_t events)
{
    struct socket *socket = CONTAINER(watch, struct socket, watch);
    struct fetcher *fetcher = socket->fetcher;
    int mask = 0;
    int running;

    mask |= (events & (uint32_t)EPOLLIN) != 0 ? CURL_CSELECT_IN : 0;
    mask |= (events & (uint32_t)EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0;
    mask |= (events & (uint32_t)(EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0;
    curl_multi_socket_action(fetcher->multi, watch->fd, mask, &running); /* may free the socket */
    take_done(fetcher);
}

static int curl_socket(CURL *transfer, curl_socket_t fd, int what, void *user, void *of_socket)
{
    struct fetcher *fetcher = user;
    struct socket *socket = of_socket;
    uint32_t events = 0;

    (void)transfer;
    if (what == CURL_POLL_REMOVE) {
        if (socket != NULL) {
            loop_unwatch(fetcher->loop, &socket->watch);
            free(socket);
        }
        return 0;
    }
    if (socket == NULL) {
        socket = calloc(1, sizeof *socket);
        if (socket == NULL) {
            return -1;
        }
        socket->watch = (struct watch){.fd = fd, .ready = socket_ready};
        socket->fetcher = fetcher;
        curl_multi_assign(fetcher->multi, fd, socket);
    }
    events |= (what & CURL_POLL_IN) != 0 ? (uint32_t)EPOLLIN : 0;
    events |= (what & CURL_POLL_OUT) != 0 ? (uint32_t)EPOLLOUT : 0;
    return loop_watch(fetcher->loop, &socket->watch, events) ? 0 : -1;
}

static int curl_timer(CURLM *multi, long ms, void *user)
{
    struct fetcher *fetcher = user;

    (void)multi;
    if (ms < 0) {
        loop_cancel(fetcher->loop, &fetcher->timer);
    } else {
        loop_after(fetcher->loop, &fetcher->timer, (int64_t)ms * 1000);
    }
    return 0;
}

static void multi_timer(struct timer *timer)
{
    struct fetcher *fetcher = CONTAINER(timer, struct fetcher, timer);
    int running;

    curl_multi_socket_action(fetcher->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    take_done(fetcher);
}

struct fetcher *fetcher_new(struct loop *loop)
{
    struct fetcher *fetcher = calloc(1, sizeof *fetcher);

    if (fetcher == NULL || (fetcher->multi = curl_multi_init()) == NULL) {
        free(fetcher);
        return NULL;
    }
    fetcher->loop = loop;
    fetcher->timer.fire = multi_timer;
    curl_multi_setopt(fetcher->multi, CURLMOPT_SOCKETFUNCTION, curl_socket);
    curl_multi_setopt(fetcher->multi, CURLMOPT_SOCKETDATA, fetcher);
    curl_multi_setopt(fetcher->multi, CURLMOPT_TIMERFUNCTION, curl_timer);
    curl_multi_setopt(fetcher->multi, CURLMOPT_TIMERDATA, fetcher);
    return fetcher;
}

void fetcher_free(struct fetcher *fetcher)
{
    if (fetcher != NULL) {
        curl_multi_cleanup(fetcher->multi);
        loop_cancel(fetcher->loop, &fetcher->timer);
        free(fetcher);
    }
}
