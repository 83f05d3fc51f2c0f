/* /api/v1/me/profile: the own profile. */
#ifndef AGORA_HTTP_API_PROFILE_H
#define AGORA_HTTP_API_PROFILE_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status profile_get_mine(struct request *rq, struct response *rs);
enum agora_status profile_patch_mine(struct request *rq, struct response *rs);

#endif
