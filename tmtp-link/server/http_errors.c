/*
 * The errors that libmicrohttpd finds itself (no HTTP, a head that is too long, a bad length) in
 * the form of all others. It has no setting for that and answers them with a page of HTML; but it
 * queues them by its own public function, which the dynamic linker looks for in the program first.
 * So the program has one of that name: it gives what has no type, as only these answers have,
 * another body. docs/decisions/0031-errors-of-libmicrohttpd.md has what else was looked at. Were a
 * libmicrohttpd to bind the name itself, its pages of HTML would be back;
 * tests/tmtp/test_admin_wire.py would tell.
 */
#include <dlfcn.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/admin_call.h"
#include "tmtp-link/server/admin_tls.h"

typedef enum MHD_Result (*queue_function)(struct MHD_Connection *, unsigned, struct MHD_Response *);

static const char *detail_of(unsigned status)
{
    switch (status) {
    case MHD_HTTP_URI_TOO_LONG:
    case MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE:
        return "line and headers are too long";
    case MHD_HTTP_CONTENT_TOO_LARGE:
        return "a request has 1 MiB at most";
    case MHD_HTTP_HTTP_VERSION_NOT_SUPPORTED:
        return "this speaks HTTP/1.1";
    case MHD_HTTP_INTERNAL_SERVER_ERROR:
        return "no memory for this request";
    default:
        return "this is not HTTP/1.1 as it should be";
    }
}

/* Say it, as far as the socket takes it at once: it is a few hundred octets, and the connection's
 * last. Sent from here, since libmicrohttpd 0.9.75 sends the head of some of its errors twice. */
static void say(struct MHD_Connection *connection, unsigned status)
{
    char *problem = admin_problem_text(status, detail_of(status));
    const char *reason = MHD_get_reason_phrase_for(status);
    char *text = NULL;
    int len = -1;

    if (problem != NULL) {
        len = asprintf(&text,
                       "HTTP/1.1 %u %s\r\nConnection: close\r\nCache-Control: no-store\r\n"
                       "Content-Type: application/problem+json\r\nContent-Length: %zu\r\n\r\n%s",
                       status, reason == NULL ? "Error" : reason, strlen(problem), problem);
    }
    if (len > 0) {
        admin_tls_send(connection, text, (size_t)len);
        free(text);
    }
    free(problem);
}

/* Instead of libmicrohttpd's, for all that is linked into the program and for itself. */
enum MHD_Result MHD_queue_response(struct MHD_Connection *connection, unsigned int status,
                                   struct MHD_Response *response)
{
    static queue_function queue;

    if (status >= 400 && MHD_get_response_header(response, "Content-Type") == NULL) {
        say(connection, status);
        return MHD_NO; /* libmicrohttpd closes the connection */
    }
    if (queue == NULL) {
        *(void **)(&queue) = dlsym(RTLD_NEXT, "MHD_queue_response");
    }
    return queue == NULL ? MHD_NO : queue(connection, status, response);
}
