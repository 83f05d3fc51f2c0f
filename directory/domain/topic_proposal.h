/* Topics that members miss, in their own words, and what admins make of them. */
#ifndef AGORA_DOMAIN_TOPIC_PROPOSAL_H
#define AGORA_DOMAIN_TOPIC_PROPOSAL_H

#include "directory/base/work.h"

/** The viewer's own proposals: JSON text {"items": [TopicProposal …]}. */
enum agora_status topic_proposals_mine(struct work *w, const char *viewer,
                                       const char **body) AGORA_CHECKED;

/**
 * Propose a topic.
 *
 * @param kind      expertise, interest, seeking, offering
 * @param lang      language of the label
 * @param[out] body JSON text (schema TopicProposal)
 * @return AGORA_OK; AGORA_INVALID_FIELD when there is a topic of this name, or it was proposed
 *         already; AGORA_CONFLICT when ten are waiting
 */
enum agora_status topic_propose(struct work *w, const char *viewer, const char *kind,
                                const char *lang, const char *label,
                                const char **body) AGORA_CHECKED;

/** Take an own proposal back that waits; AGORA_NOT_FOUND. */
enum agora_status topic_proposal_withdraw(struct work *w, const char *viewer,
                                          const char *id) AGORA_CHECKED;

/** What waits for admins (schema ProposalQueue); AGORA_FORBIDDEN. */
enum agora_status topic_proposal_queue(struct work *w, const char *viewer,
                                       const char **body) AGORA_CHECKED;

struct topic_decision {
    const char *outcome; /* accept, merge, label, refuse */
    const char *topic;   /* accept: the broader one, or NULL; merge, label: the topic */
    const char *label;   /* what it is to be called; NULL: as proposed */
    const char *reason;  /* refuse: why */
};

/**
 * Decide a proposal and all that say the same.
 *
 * @param[out] body what waits still (schema ProposalQueue)
 * @return AGORA_OK; AGORA_FORBIDDEN; AGORA_NOT_FOUND; AGORA_CONFLICT when it is decided;
 *         AGORA_INVALID_FIELD by pointer
 */
enum agora_status topic_proposal_decide(struct work *w, const char *viewer, const char *id,
                                        const struct topic_decision *d,
                                        const char **body) AGORA_CHECKED;

#endif
