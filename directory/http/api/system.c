/* What operators and programs ask of the service itself. */
#include "directory/http/api/system.h"

#include <string.h>

#include "directory/base/file.h"
#include "directory/domain/readiness.h"
#include "directory/http/server.h"

enum { OPENAPI_MAX = 4 * 1024 * 1024 };

enum agora_status system_healthz(struct request *rq, struct response *rs)
{
    (void)rq;
    return response_json(rs, 200, "{\"status\":\"ok\",\"version\":\"" AGORA_VERSION "\"}");
}

enum agora_status system_readyz(struct request *rq, struct response *rs)
{
    enum agora_status s = readiness_check(&rq->work);

    return s == AGORA_OK ? response_json(rs, 200, "{\"status\":\"ready\"}") : s;
}

enum agora_status system_metrics(struct request *rq, struct response *rs)
{
    const char *text = http_metrics(rq->server, rq->work.mem);

    if (text == NULL)
        return work_out_of_memory(&rq->work);
    return response_bytes(rs, 200, "text/plain; version=0.0.4", text, strlen(text));
}

enum agora_status system_openapi(struct request *rq, struct response *rs)
{
    char *text = NULL;
    enum agora_status s = file_read(rq->work.mem, rq->work.config->http_openapi, OPENAPI_MAX, &text,
                                    NULL, &rq->work.error);

    if (s != AGORA_OK)
        return error_set(&rq->work.error, AGORA_NOT_FOUND, NULL,
                         "The description is not installed.");
    response_cache(rs, "public, max-age=300");
    return response_json(rs, 200, text);
}
