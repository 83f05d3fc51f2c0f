/* What a member needs to know of their TMTP account; never the uid. */
#include "directory/http/api/tmtp.h"

#include "directory/domain/tmtp_account.h"

enum agora_status tmtp_get_mine(struct request *rq, struct response *rs)
{
    const char *out;
    enum agora_status s = tmtp_account_status(&rq->work, rq->viewer.account, &out);

    return s == AGORA_OK ? response_json(rs, 200, out) : s;
}

/* The answer is not kept for an Idempotency-Key: the code would lie in the database as it is. */
enum agora_status tmtp_post_code(struct request *rq, struct response *rs)
{
    const char *out;
    enum agora_status s = tmtp_account_code(&rq->work, rq->viewer.account, &out);

    return s == AGORA_OK ? response_json(rs, 201, out) : s;
}
