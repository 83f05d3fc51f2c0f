/* /unsubscribe/{token}: the link in the e-mails of a saved search, for people and for mail programs
 * (RFC 8058). It works signed out. */
#ifndef AGORA_HTTP_API_UNSUBSCRIBE_H
#define AGORA_HTTP_API_UNSUBSCRIBE_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status unsubscribe_get(struct request *rq, struct response *rs);
enum agora_status unsubscribe_post(struct request *rq, struct response *rs);

#endif
