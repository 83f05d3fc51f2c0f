/*
 * tmtpd-fetch: one GET for tmtpd, which runs it for the keys of OpenID providers and takes what it
 * prints. So what such a server says is read by libcurl in a process that holds nobody's link, and
 * that is gone when it has been said; tmtpd itself carries neither libcurl nor what that needs.
 *
 *     tmtpd-fetch get URL OCTETS MILLISECONDS [CA_FILE]
 *     tmtpd-fetch check URL
 *
 * get prints the status of HTTP (0 when there was no answer), a space, why it failed (nothing when
 * the answer is a 200) and a newline; then, when it did not fail, the body. check prints what is
 * wrong with an address, or nothing.
 */
#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct body {
    char *at;
    size_t len;
    size_t most;
};

static size_t take_body(char *data, size_t one, size_t len, void *user)
{
    struct body *body = user;
    char *more;

    if (len > body->most - body->len) {
        return 0;
    }
    more = realloc(body->at, body->len + len + 1);
    if (more == NULL) {
        return 0;
    }
    memcpy(more + body->len, data, len);
    body->at = more;
    body->len += len;
    return one * len;
}

static CURLcode get(CURL *transfer, struct body *body, char **words)
{
    curl_easy_setopt(transfer, CURLOPT_URL, words[0]);
    curl_easy_setopt(transfer, CURLOPT_PROTOCOLS_STR, "https,http");
    curl_easy_setopt(transfer, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(transfer, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(transfer, CURLOPT_WRITEDATA, body);
    curl_easy_setopt(transfer, CURLOPT_TIMEOUT_MS, strtol(words[2], NULL, 10));
    curl_easy_setopt(transfer, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(transfer, CURLOPT_PROXY, "");
    if (words[3] != NULL) {
        curl_easy_setopt(transfer, CURLOPT_CAINFO, words[3]);
    }
    return curl_easy_perform(transfer);
}

/* words: URL OCTETS MILLISECONDS [CA_FILE] */
static bool print_answer(char **words)
{
    CURL *transfer = curl_easy_init();
    struct body body = {.most = strtoul(words[1], NULL, 10)};
    const char *why = "no memory";
    long status = 0;

    if (transfer != NULL) {
        CURLcode code = get(transfer, &body, words);

        curl_easy_getinfo(transfer, CURLINFO_RESPONSE_CODE, &status);
        why = code == CURLE_WRITE_ERROR ? "the answer is too long"
              : code != CURLE_OK        ? curl_easy_strerror(code)
              : status != 200           ? "the answer is not a 200"
                                        : "";
    }
    printf("%ld %s\n", status, why);
    if (*why == '\0' && body.len > 0) {
        fwrite(body.at, 1, body.len, stdout);
    }
    free(body.at);
    curl_easy_cleanup(transfer);
    return fflush(stdout) == 0;
}

static bool is_scheme(CURLU *url)
{
    char *scheme = NULL;
    bool ok = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
              (strcmp(scheme, "https") == 0 || strcmp(scheme, "http") == 0);

    curl_free(scheme);
    return ok;
}

static bool has_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    bool has = curl_url_get(url, part, &text, 0) == CURLUE_OK;

    curl_free(text);
    return has;
}

static const char *url_fault(CURLU *url, const char *text)
{
    if (url == NULL) {
        return "no memory";
    }
    if (curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK || !has_part(url, CURLUPART_HOST)) {
        return "is not an address such as https://id.example.org/keys";
    }
    if (!is_scheme(url)) {
        return "is neither https nor http";
    }
    if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_FRAGMENT)) {
        return "holds a user's name or a #fragment";
    }
    return "";
}

static bool print_fault(const char *text)
{
    CURLU *url = curl_url();

    fputs(url_fault(url, text), stdout);
    curl_url_cleanup(url);
    return fflush(stdout) == 0;
}

int main(int argc, char **argv)
{
    bool ok = false;

    if (argc == 3 && strcmp(argv[1], "check") == 0) {
        ok = print_fault(argv[2]);
    } else if ((argc == 5 || argc == 6) && strcmp(argv[1], "get") == 0) {
        ok = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK && print_answer(argv + 2);
    } else {
        fputs("tmtpd-fetch is run by tmtpd\n", stderr);
    }
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
