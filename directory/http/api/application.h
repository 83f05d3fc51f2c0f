/* Applications for an account, and new passwords. */
#ifndef AGORA_HTTP_API_APPLICATION_H
#define AGORA_HTTP_API_APPLICATION_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status application_create(struct request *rq, struct response *rs);
enum agora_status application_confirm(struct request *rq, struct response *rs);
enum agora_status password_reset_create(struct request *rq, struct response *rs);
enum agora_status password_reset_confirm(struct request *rq, struct response *rs);

#endif
