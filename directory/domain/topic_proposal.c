/* The rules are in sql/directory/functions/topic_proposal.sql. */
#include "directory/domain/topic_proposal.h"

#include "directory/db/db.h"

enum agora_status topic_proposals_mine(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_TOPIC_PROPOSALS_MINE, body, viewer);
}

enum agora_status topic_propose(struct work *w, const char *viewer, const char *kind,
                                const char *lang, const char *label, const char **body)
{
    return DB_JSON(w, QUERY_TOPIC_PROPOSE, body, viewer, kind, lang, label);
}

enum agora_status topic_proposal_withdraw(struct work *w, const char *viewer, const char *id)
{
    return DB_RUN(w, QUERY_TOPIC_PROPOSAL_WITHDRAW, NULL, viewer, id);
}

enum agora_status topic_proposal_queue(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_TOPIC_PROPOSAL_QUEUE, body, viewer);
}

enum agora_status topic_proposal_decide(struct work *w, const char *viewer, const char *id,
                                        const struct topic_decision *d, const char **body)
{
    return DB_JSON(w, QUERY_TOPIC_PROPOSAL_DECIDE, body, viewer, id, d->outcome, d->topic, d->label,
                   d->reason);
}
