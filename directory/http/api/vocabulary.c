/* The same for everyone, and changes only when the organisation changes its policy: kept for some
 * minutes. */
#include "directory/http/api/vocabulary.h"

#include "directory/domain/vocabulary.h"

enum agora_status vocabulary_get(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = vocabulary_load(&rq->work, &body);

    if (s != AGORA_OK)
        return s;
    response_cache(rs, "public, max-age=300");
    return response_json(rs, 200, body);
}
