/* Pages of the service itself, beside the browser app: plain HTML that reads well without any style
 * or script; /plain.css of the browser app makes it look like the rest. */
#ifndef AGORA_HTTP_API_PAGE_H
#define AGORA_HTTP_API_PAGE_H

#include "directory/http/request.h"
#include "directory/http/response.h"

/* Content-Security-Policy of such a page; where its forms may lead follows, as a literal. */
#define PAGE_POLICY                                                                                \
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action "

/**
 * Answer with a page.
 *
 * @param status HTTP status
 * @param lang   BCP 47
 * @param title  HTML
 * @param body   HTML, all from outside escaped; NULL when memory ran out
 * @param csp    Content-Security-Policy; NULL when memory ran out
 * @return AGORA_OK; AGORA_INTERNAL when memory ran out
 */
enum agora_status page_answer(struct request *rq, struct response *rs, unsigned status,
                              const char *lang, const char *title, const char *body,
                              const char *csp) AGORA_CHECKED;

#endif
