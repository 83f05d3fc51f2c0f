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
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/admin_call.h"

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

/* The problem instead of a page; NULL when there is no memory. */
static struct MHD_Response *problem(unsigned status)
{
    char *text = admin_problem_text(status, detail_of(status));
    struct MHD_Response *response =
        text == NULL ? NULL
                     : MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);

    if (response != NULL) {
        MHD_add_response_header(response, "Content-Type", "application/problem+json");
        MHD_add_response_header(response, "Cache-Control", "no-store");
    }
    return response;
}

/* Instead of libmicrohttpd's, for all that is linked into the program and for itself. */
enum MHD_Result MHD_queue_response(struct MHD_Connection *connection, unsigned int status,
                                   struct MHD_Response *response)
{
    static queue_function queue;
    struct MHD_Response *own = NULL;
    enum MHD_Result queued;

    if (queue == NULL) {
        *(void **)(&queue) = dlsym(RTLD_NEXT, "MHD_queue_response");
        if (queue == NULL) {
            return MHD_NO;
        }
    }
    if (status >= 400 && MHD_get_response_header(response, "Content-Type") == NULL) {
        own = problem(status);
    }
    queued = queue(connection, status, own == NULL ? response : own);
    if (own != NULL) {
        MHD_destroy_response(own);
    }
    return queued;
}
