/* Signing in and out, and the list of sessions. */
#ifndef AGORA_HTTP_API_SESSION_H
#define AGORA_HTTP_API_SESSION_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status api_session_read(struct request *rq, struct response *rs);
enum agora_status api_session_create(struct request *rq, struct response *rs);
enum agora_status api_session_delete(struct request *rq, struct response *rs);
enum agora_status api_sessions_list(struct request *rq, struct response *rs);
enum agora_status api_sessions_delete(struct request *rq, struct response *rs);

#endif
