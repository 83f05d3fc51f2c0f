/* What verifications tell others: /api/v1/members/{handle}/verification, disclosure, receipts; and
 * the figures about cases. */
#ifndef AGORA_HTTP_API_PROVENANCE_H
#define AGORA_HTTP_API_PROVENANCE_H

#include "directory/http/request.h"
#include "directory/http/response.h"

enum agora_status provenance_get(struct request *rq, struct response *rs);
enum agora_status disclosure_get_mine(struct request *rq, struct response *rs);
enum agora_status disclosure_put_mine(struct request *rq, struct response *rs);
enum agora_status receipt_post(struct request *rq, struct response *rs);
enum agora_status receipt_get_list(struct request *rq, struct response *rs);
enum agora_status receipt_delete(struct request *rq, struct response *rs);
enum agora_status receipt_get_status(struct request *rq, struct response *rs);
enum agora_status receipt_get_keys(struct request *rq, struct response *rs);
enum agora_status statistics_get_json(struct request *rq, struct response *rs);
enum agora_status statistics_get_csv(struct request *rq, struct response *rs);

#endif
