/* /api/v1/places: completion and reading of places. */
#ifndef AGORA_HTTP_API_PLACE_H
#define AGORA_HTTP_API_PLACE_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status place_list(struct request *rq, struct response *rs);
enum agora_status place_get(struct request *rq, struct response *rs);

#endif
