/* /api/v1/complaints: anybody reports that somebody is verified in the wrong name; admins decide.
 */
#ifndef AGORA_HTTP_API_COMPLAINT_H
#define AGORA_HTTP_API_COMPLAINT_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status complaint_post(struct request *rq, struct response *rs);
enum agora_status complaint_post_confirm(struct request *rq, struct response *rs);
enum agora_status complaint_get_list(struct request *rq, struct response *rs);
enum agora_status complaint_post_acknowledge(struct request *rq, struct response *rs);
enum agora_status complaint_post_decision(struct request *rq, struct response *rs);

#endif
