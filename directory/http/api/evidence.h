/* Files of evidence: announced, sent in parts that can be resumed, seen page by page. */
#ifndef AGORA_HTTP_API_EVIDENCE_H
#define AGORA_HTTP_API_EVIDENCE_H

#include "directory/http/route.h"

enum agora_status evidence_get_list(struct request *rq, struct response *rs) AGORA_CHECKED;
enum agora_status evidence_post(struct request *rq, struct response *rs) AGORA_CHECKED;
enum agora_status evidence_put_keeping(struct request *rq, struct response *rs) AGORA_CHECKED;
enum agora_status evidence_get_one(struct request *rq, struct response *rs) AGORA_CHECKED;
enum agora_status evidence_patch(struct request *rq, struct response *rs) AGORA_CHECKED;
enum agora_status evidence_delete(struct request *rq, struct response *rs) AGORA_CHECKED;
enum agora_status evidence_post_noted(struct request *rq, struct response *rs) AGORA_CHECKED;
enum agora_status evidence_get_page(struct request *rq, struct response *rs) AGORA_CHECKED;

#endif
