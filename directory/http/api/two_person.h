/* Acts of two persons: asked for, confirmed, refused. */
#ifndef AGORA_HTTP_API_TWO_PERSON_H
#define AGORA_HTTP_API_TWO_PERSON_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status two_person_get_list(struct request *rq, struct response *rs) AGORA_CHECKED;
enum agora_status two_person_post(struct request *rq, struct response *rs) AGORA_CHECKED;
enum agora_status two_person_get_one(struct request *rq, struct response *rs) AGORA_CHECKED;
enum agora_status two_person_post_confirm(struct request *rq, struct response *rs) AGORA_CHECKED;
enum agora_status two_person_post_refuse(struct request *rq, struct response *rs) AGORA_CHECKED;

/** The case behind a broken glass. */
enum agora_status two_person_get_case(struct request *rq, struct response *rs) AGORA_CHECKED;

/** What a recall would reach. */
enum agora_status recall_get_radius(struct request *rq, struct response *rs) AGORA_CHECKED;

#endif
