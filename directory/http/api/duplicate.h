/* /api/v1/duplicates: persons who may be one, and saying that they are two. */
#ifndef AGORA_HTTP_API_DUPLICATE_H
#define AGORA_HTTP_API_DUPLICATE_H

#include "directory/http/route.h"

enum agora_status duplicate_get_list(struct request *rq, struct response *rs) AGORA_CHECKED;
enum agora_status duplicate_post_apart(struct request *rq, struct response *rs) AGORA_CHECKED;

#endif
