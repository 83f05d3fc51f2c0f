/* The frame of every such page. */
#include "directory/http/api/page.h"

#include <talloc.h>

#include "directory/base/config.h"

enum agora_status page_answer(struct request *rq, struct response *rs, unsigned status,
                              const char *lang, const char *title, const char *body,
                              const char *csp)
{
    const char *organisation = html_escape(rq->work.mem, rq->work.config->agora_organisation);

    if (organisation == NULL || body == NULL || csp == NULL)
        return work_out_of_memory(&rq->work);
    const char *html = talloc_asprintf(
        rq->work.mem,
        "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>%s – %s</title>\n<link rel=\"stylesheet\" href=\"/plain.css\">\n</head>\n"
        "<body class=\"plain\">\n<header><a href=\"/\">%s</a></header>\n"
        "<main>\n<h1>%s</h1>\n%s</main>\n</body>\n</html>\n",
        lang, title, organisation, organisation, title, body);
    if (html == NULL)
        return work_out_of_memory(&rq->work);
    return response_html(rs, status, html, csp);
}
