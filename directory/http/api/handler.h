/* What many handlers do alike. */
#ifndef AGORA_HTTP_API_HANDLER_H
#define AGORA_HTTP_API_HANDLER_H

#include "directory/http/request.h"
#include "directory/http/response.h"

/** A function of the domain that needs no more than who asks and the id in the address. */
typedef enum agora_status (*handler_act)(struct work *w, const char *viewer, const char *id,
                                         const char **body);

/**
 * Answer with what an act on the thing of the address's {id} gives.
 *
 * @param status HTTP status when it is done
 * @return AGORA_NOT_FOUND when {id} is no UUID; else what @a act says
 */
enum agora_status handler_by_id(struct request *rq, struct response *rs, unsigned status,
                                handler_act act);

/** Answer with JSON and its version. @param status HTTP status. @return AGORA_OK */
enum agora_status handler_versioned(struct response *rs, unsigned status, const char *body,
                                    const char *etag);

/**
 * Answer 202 with where a message went, if one did: the same for addresses that are known here and
 * others.
 *
 * @param email as it was given
 * @return AGORA_OK; AGORA_INTERNAL when memory ran out
 */
enum agora_status handler_sent_to(struct request *rq, struct response *rs, const char *email);

#endif
