/* /api/v1/admin/rosters and /api/v1/admin/roster-imports: lists that the organisation imports. */
#ifndef AGORA_HTTP_API_ROSTER_H
#define AGORA_HTTP_API_ROSTER_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status roster_get_list(struct request *rq, struct response *rs);
enum agora_status roster_post_import(struct request *rq, struct response *rs);
enum agora_status roster_get_import(struct request *rq, struct response *rs);
enum agora_status roster_get_faults(struct request *rq, struct response *rs);
enum agora_status roster_post_apply(struct request *rq, struct response *rs);
enum agora_status roster_post_undo(struct request *rq, struct response *rs);
enum agora_status roster_delete_import(struct request *rq, struct response *rs);

#endif
