/* agora-fetch: goes out to the web or to the DNS once, as it is told on standard input
 * (directory/fetch/order.h), and answers in parcels (directory/fetch/refusal.h). The only program
 * of Agora that connects to where a member wants it to; it has no files, no secrets, and no way to
 * anything but the internet. */
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directory/base/parcel.h"
#include "directory/fetch/get.h"
#include "directory/fetch/order.h"
#include "directory/sandbox/confine.h"

enum { TRUST_MAX = 4 * 1024 * 1024, UNAVAILABLE = 69 /* sysexits(3) */ };

#define SYSTEM_TRUST "/etc/ssl/certs/ca-certificates.crt"

static const struct confine_limits limits = {
    .cpu_s = 10, .memory_max = (size_t)512 * 1024 * 1024, .files_max = 64};

static const char *const names[] = {
    "",
#define FETCH_REFUSAL(name, status, sentence) #name,
#include "directory/fetch/refusals.def"
#undef FETCH_REFUSAL
};

/* Leaks are the kernel's to clear up, and looking for them takes system calls that are gone. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

static int give_up(const char *what)
{
    dprintf(STDERR_FILENO, "agora-fetch: %s: %s\n", what, strerror(errno));
    return UNAVAILABLE;
}

static char *read_whole(int fd, size_t max, size_t *len)
{
    char *text = malloc(max + 1);
    size_t got = 0;
    ssize_t n = 0;

    while (text != NULL && got < max && (n = read(fd, text + got, max - got)) > 0)
        got += (size_t)n;
    if (text == NULL || n < 0 || got == max) {
        free(text);
        return NULL;
    }
    text[got] = '\0';
    *len = got;
    return text;
}

static bool read_trust(const struct order *order, struct get_trust *trust)
{
    int fd = open(order->ca != NULL ? order->ca : SYSTEM_TRUST, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return false;
    trust->pem = read_whole(fd, TRUST_MAX, &trust->len);
    close(fd);
    return trust->pem != NULL;
}

static bool write_text(char kind, const char *text)
{
    return parcel_write(STDOUT_FILENO, kind, text, strlen(text));
}

static bool write_got(const struct got *got)
{
    unsigned char status[4];

    parcel_put_number(status, (uint32_t)got->status);
    return parcel_write(STDOUT_FILENO, FETCH_PART_STATUS, status, sizeof status) &&
           write_text(FETCH_PART_URL, got->url) && write_text(FETCH_PART_ADDRESS, got->address) &&
           write_text(FETCH_PART_TYPE, got->type) &&
           parcel_write(STDOUT_FILENO, FETCH_PART_BODY, got->body, got->body_len);
}

static void write_record(const char *text, size_t len)
{
    (void)parcel_write(STDOUT_FILENO, FETCH_PART_TEXT, text, len);
}

static int carry_out(const struct order *order, struct dns *dns, const struct get_trust *trust)
{
    struct got got = {0};
    enum fetch_refusal end;

    if (order->get != NULL)
        end = get_page(order, dns, trust, &got);
    else if (!dns_is_name(order->txt, true))
        end = FETCH_DOMAIN;
    else
        end =
            dns_texts(dns, order->txt, fetch_now_ms() + (int64_t)GET_SECONDS * 1000, write_record);
    bool ok = end != FETCH_BROUGHT ? write_text(FETCH_PART_REFUSED, names[end])
                                   : order->get == NULL || write_got(&got);
    return ok && parcel_write(STDOUT_FILENO, PARCEL_LAST, NULL, 0) ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* What reads files comes before the files are closed: certificates, name servers, OpenSSL's
 * settings. */
int main(int argc, char **argv)
{
    size_t len;
    struct order order;
    struct get_trust trust = {0};
    struct dns *dns = NULL;

    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return puts("agora-fetch " AGORA_VERSION) < 0;
    if (argc != 1) {
        fputs("usage: agora-fetch <ORDER\n       agora-fetch --version\n", stderr);
        return 64;
    }
    char *text = read_whole(STDIN_FILENO, ORDER_MAX, &len);
    if (text == NULL || strlen(text) != len || !order_read(text, &order)) {
        fputs("agora-fetch: not an order\n", stderr);
        return 64;
    }
    if (!read_trust(&order, &trust))
        return give_up(order.ca != NULL ? order.ca : SYSTEM_TRUST);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !dns_begin(order.dns, &dns))
        return give_up("name servers");
    if (!confine_begin(&limits) || confine_files(NULL, NULL, true) < 0 ||
        !confine_calls(CONFINE_NETWORK))
        return give_up("sandbox");
    return carry_out(&order, dns, &trust);
}
