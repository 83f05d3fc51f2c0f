/* The names an app shows before anybody is signed in, and what the TMTP server can do, so that no
 * page promises more; all of it from the configuration. */
#include "directory/http/api/instance.h"

#include <jansson.h>
#include <stdlib.h>
#include <talloc.h>

#include "directory/base/config.h"
#include "directory/domain/tmtp_kind.h"

enum agora_status instance_get(struct request *rq, struct response *rs)
{
    const struct config *c = rq->work.config;
    const struct tmtp_capabilities *can = tmtp_capabilities(c);
    json_t *o =
        json_pack("{s:s,s:s,s:{s:s,s:b,s:b,s:b,s:b}}", "organisation", c->agora_organisation,
                  "version", AGORA_VERSION, "tmtp", "server", c->tmtp_server, "can_end",
                  can->can_end, "can_suspend", can->can_suspend, "lists_contacts",
                  can->lists_contacts, "links_by_code", can->links_by_code);
    char *made = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
    const char *text = made != NULL ? talloc_strdup(rq->work.mem, made) : NULL;

    free(made);
    json_decref(o);
    if (text == NULL)
        return work_out_of_memory(&rq->work);
    response_cache(rs, "public, max-age=60");
    return response_json(rs, 200, text);
}
