/* A page of its own without any script. It shows what strangers see, whoever looks: no cookie is
 * read, and only the websites of [public] embed_origins may frame it. */
#include "directory/http/api/embed.h"

#include <talloc.h>

#include "directory/base/config.h"
#include "directory/domain/publication.h"
#include "directory/http/api/page_view.h"
#include "directory/http/api/public_page.h"

enum agora_status embed_get_search(struct request *rq, struct response *rs)
{
    static const struct page_place place = {.path = "/embed/search", .framed = true};
    const char *organisation = rq->work.config->agora_organisation, *origins;
    struct search_ask ask;
    struct text t;
    unsigned status = 200;
    enum agora_status s = publication_embedders(&rq->work, &origins);

    if (s != AGORA_OK)
        return s;
    text_begin(&t, rq->work.mem);
    text_add(&t, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                 "<meta name=\"robots\" content=\"noindex\">\n<title>Find members - ");
    text_html(&t, organisation);
    text_add(&t, "</title>\n<link rel=\"stylesheet\" href=\"/plain.css\">\n</head>\n"
                 "<body class=\"plain framed\">\n<main>\n<h1>Find members</h1>\n");
    bool asked = page_read_ask(rq, &ask);
    page_view_form(&t, &ask, &place);
    if (asked)
        s = page_add_results(rq, &t, &ask, &place, &status);
    text_add(&t, "</main>\n</body>\n</html>\n");
    if (s != AGORA_OK)
        return s;
    const char *html = text_end(&t);
    const char *csp = talloc_asprintf(
        rq->work.mem,
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors %s",
        origins);
    if (html == NULL || csp == NULL)
        return work_out_of_memory(&rq->work);
    if (status == 429)
        response_header(rs, "Retry-After",
                        talloc_asprintf(rq->work.mem, "%lld", (long long)rq->retry_after_s));
    response_header(rs, "X-Robots-Tag", "noindex");
    return response_html(rs, status, html, csp);
}
