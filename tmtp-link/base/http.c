/*
 * The one user of libcurl in tmtp-link.
 */
#include "tmtp-link/base/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 30000 };

struct http {
    CURL *curl;
    char *body; /* of the answer, HTTP_ANSWER_MAX octets of room */
    size_t len;
};

struct http *http_new(void)
{
    struct http *http = calloc(1, sizeof *http);

    if (http == NULL) {
        return NULL;
    }
    http->curl = curl_easy_init();
    http->body = malloc(HTTP_ANSWER_MAX);
    if (http->curl == NULL || http->body == NULL) {
        http_free(http);
        return NULL;
    }
    return http;
}

void http_free(struct http *http)
{
    if (http != NULL) {
        curl_easy_cleanup(http->curl);
        free(http->body);
        free(http);
    }
}

/* Called by libcurl; taking less than given makes it stop. */
static size_t take_body(char *data, size_t size, size_t count, void *context)
{
    struct http *http = context;
    size_t len = size * count;

    if (len > HTTP_ANSWER_MAX - http->len) {
        return 0;
    }
    memcpy(http->body + http->len, data, len);
    http->len += len;
    return len;
}

/* The headers of the request; NULL when there is no memory. */
static struct curl_slist *headers(const struct http_request *request)
{
    const struct {
        const char *name, *value;
    } all[] = {
        {"Accept:", "application/json"},
        {"Expect:", ""}, /* no "100 Continue", which costs a second */
        {"Authorization: Bearer", request->bearer},
        {"Content-Type:", request->content_type},
        {"Idempotency-Key:", request->idempotency},
    };
    struct curl_slist *list = NULL;

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct curl_slist *longer;
        char *line = NULL;

        if (all[i].value == NULL) {
            continue;
        }
        if (asprintf(&line, *all[i].value == '\0' ? "%s%s" : "%s %s", all[i].name, all[i].value) <
            0) {
            curl_slist_free_all(list);
            return NULL;
        }
        longer = curl_slist_append(list, line);
        free(line);
        if (longer == NULL) {
            curl_slist_free_all(list);
            return NULL;
        }
        list = longer;
    }
    return list;
}

/* What a failure of libcurl means to the caller. */
static enum tmtp_result failure(CURLcode code, const struct http_request *request,
                                struct tmtp_error *error)
{
    enum tmtp_result result = TMTP_RETRY;

    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
        result = TMTP_AUTH;
        break;
    case CURLE_WRITE_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_SSL_CONNECT_ERROR:
        result = TMTP_PROTOCOL;
        break;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_URL_MALFORMAT:
    case CURLE_SSL_CACERT_BADFILE:
        result = TMTP_LOCAL;
        break;
    default:
        break;
    }
    return tmtp_fail(error, result, "%s %s: %s", request->method,
                     request->unix_socket == NULL ? request->url : request->unix_socket,
                     code == CURLE_WRITE_ERROR ? "the answer is too long"
                                               : curl_easy_strerror(code));
}

static void set_options(struct http *http, const struct http_request *request,
                        struct curl_slist *list)
{
    CURL *curl = http->curl;

    curl_easy_reset(curl); /* keeps the connection */
    curl_easy_setopt(curl, CURLOPT_URL, request->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, http);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 10000L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                     (long)(request->timeout_ms > 0 ? request->timeout_ms : TIMEOUT_MS));
    if (request->unix_socket != NULL) {
        curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, request->unix_socket);
    }
    if (request->ca_file != NULL) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, request->ca_file);
    }
    if (request->body != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
    }
}

enum tmtp_result http_ask(struct http *http, const struct http_request *request,
                          struct http_answer *answer, struct tmtp_error *error)
{
    struct curl_slist *list = headers(request);
    CURLcode code;

    if (list == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    http->len = 0;
    set_options(http, request, list);
    code = curl_easy_perform(http->curl);
    curl_slist_free_all(list);
    if (code != CURLE_OK) {
        return failure(code, request, error);
    }
    *answer = (struct http_answer){.json = json_loadb(http->body, http->len, 0, NULL)};
    curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &answer->status);
    return TMTP_OK;
}
