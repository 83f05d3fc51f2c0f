/* The names an app shows before anybody is signed in; all of it from the configuration. */
#include "directory/http/api/instance.h"

#include <jansson.h>
#include <stdlib.h>
#include <talloc.h>

#include "directory/base/config.h"

enum agora_status instance_get(struct request *rq, struct response *rs)
{
    const struct config *c = rq->work.config;
    json_t *o = json_pack("{s:s,s:s,s:{s:s}}", "organisation", c->agora_organisation, "version",
                          AGORA_VERSION, "tmtp", "server", c->tmtp_server);
    char *made = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
    const char *text = made != NULL ? talloc_strdup(rq->work.mem, made) : NULL;

    free(made);
    json_decref(o);
    if (text == NULL)
        return work_out_of_memory(&rq->work);
    response_cache(rs, "public, max-age=60");
    return response_json(rs, 200, text);
}
