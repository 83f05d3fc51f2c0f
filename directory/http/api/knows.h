/* /api/v1/members/{handle}/introducers and /api/v1/me/knows: who knows whom, as far as they tell.
 */
#ifndef AGORA_HTTP_API_KNOWS_H
#define AGORA_HTTP_API_KNOWS_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status knows_get_introducers(struct request *rq, struct response *rs);
enum agora_status knows_get_mine(struct request *rq, struct response *rs);
enum agora_status knows_put_mine(struct request *rq, struct response *rs);

#endif
