/* /api/v1/me/tmtp: the member's account on the TMTP server, and the code that links it. */
#ifndef AGORA_HTTP_API_TMTP_H
#define AGORA_HTTP_API_TMTP_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status tmtp_get_mine(struct request *rq, struct response *rs);
enum agora_status tmtp_post_code(struct request *rq, struct response *rs);

#endif
