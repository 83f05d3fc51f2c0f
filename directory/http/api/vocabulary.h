/* /api/v1/vocabulary: the words of forms. */
#ifndef AGORA_HTTP_API_VOCABULARY_H
#define AGORA_HTTP_API_VOCABULARY_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status vocabulary_get(struct request *rq, struct response *rs);

#endif
