/* Members in the formats of other programs: contact cards, and WebFinger. */
#ifndef AGORA_HTTP_API_CONTACT_H
#define AGORA_HTTP_API_CONTACT_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status contact_get_vcard(struct request *rq, struct response *rs);
enum agora_status contact_get_jscontact(struct request *rq, struct response *rs);
enum agora_status webfinger_get(struct request *rq, struct response *rs);

#endif
