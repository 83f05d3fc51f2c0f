/* The OpenID provider's addresses. */
#ifndef AGORA_HTTP_API_OIDC_H
#define AGORA_HTTP_API_OIDC_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status oidc_get_discovery(struct request *rq, struct response *rs);
enum agora_status oidc_get_jwks(struct request *rq, struct response *rs);
enum agora_status oidc_get_authorize(struct request *rq, struct response *rs);
enum agora_status oidc_post_authorize(struct request *rq, struct response *rs);
enum agora_status oidc_post_consent(struct request *rq, struct response *rs);
enum agora_status oidc_post_token(struct request *rq, struct response *rs);
enum agora_status oidc_any_userinfo(struct request *rq, struct response *rs);

#endif
