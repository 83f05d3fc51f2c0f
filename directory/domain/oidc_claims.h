/* The claims parameter of OpenID Connect (Core 5.5), as far as it asks for verified_claims. */
#ifndef AGORA_DOMAIN_OIDC_CLAIMS_H
#define AGORA_DOMAIN_OIDC_CLAIMS_H

#include "directory/base/work.h"

/**
 * Read a claims parameter.
 *
 * Taken are names of verified claims, whether evidence is wanted, the rule sets (value, values) and
 * max_age of time; everything else is passed over, as the standard wants.
 *
 * @param text        the parameter, decoded
 * @param[out] wanted JSON text {"id_token" or "userinfo": {"claims": [name], "evidence": boolean,
 *                    "trust_frameworks": [name], "max_age": seconds}}, owned by w->mem; NULL when
 *                    nothing verified is asked for
 * @return AGORA_OK; AGORA_MALFORMED when it is no JSON object, or longer than 8,000 octets
 */
enum agora_status oidc_claims_read(struct work *w, const char *text,
                                   const char **wanted) AGORA_CHECKED;

#endif
