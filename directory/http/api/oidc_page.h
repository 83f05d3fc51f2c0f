/* The pages that the OpenID provider shows by itself, without script: consent, and what stands in
 * its way. */
#ifndef AGORA_HTTP_API_OIDC_PAGE_H
#define AGORA_HTTP_API_OIDC_PAGE_H

#include "directory/domain/oidc.h"
#include "directory/http/request.h"
#include "directory/http/response.h"

/** Asks the member whether the client may know who they are. */
enum agora_status oidc_page_consent(struct request *rq, struct response *rs,
                                    const struct oidc_decision *d);

/** Says that only verified members can go on, and where to begin with that. */
enum agora_status oidc_page_verify(struct request *rq, struct response *rs,
                                   const struct oidc_decision *d);

/** Says why this leads nowhere. */
enum agora_status oidc_page_refusal(struct request *rq, struct response *rs, const char *why);

#endif
