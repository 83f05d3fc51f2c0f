/* What verifiers do with cases beyond looking and deciding: the first look at one that is held, the
 * conflict of interest, attended sessions, the trusted referee, the second person.
 *
 * Parameters and returns are those of vcase.h. */
#ifndef AGORA_DOMAIN_VCASE_WORK_H
#define AGORA_DOMAIN_VCASE_WORK_H

#include "directory/base/work.h"

/* An attended session as the verifier proposes it. */
struct vcase_session {
    const char *times; /* JSON array of 1 to 5 times, RFC 3339, to come within 60 days */
    const char *how;   /* onsite, remote */
    const char *place; /* address, or link of the video meeting */
};

/* What a second person makes of a recommendation. */
struct vcase_second {
    const char *outcome;  /* confirm, return */
    const char *snapshot; /* hash of what was read; needed to confirm */
    const char *note;     /* for verifiers only; needed to return */
};

/** Let a held case into the queue (any verifier or admin but the person it is about). */
enum agora_status vcase_clear(struct work *w, const char *viewer, const char *id,
                              const char *seen) AGORA_CHECKED;

/** Say that one should not decide about this person; the case goes to others. @param note or NULL.
 */
enum agora_status vcase_conflict(struct work *w, const char *viewer, const char *id,
                                 const char *note) AGORA_CHECKED;

/** Take a case to the trusted referee. @param reason of the list; @param note what was done. */
enum agora_status vcase_refer(struct work *w, const char *viewer, const char *id, const char *seen,
                              const char *reason, const char *note, const char **body,
                              const char **etag) AGORA_CHECKED;

/** Propose times to meet the member. */
enum agora_status vcase_session_book(struct work *w, const char *viewer, const char *id,
                                     const char *seen, const struct vcase_session *session,
                                     const char **body, const char **etag) AGORA_CHECKED;

/** The member chooses one. @param time one of those proposed, RFC 3339. */
enum agora_status vcase_session_choose(struct work *w, const char *viewer, const char *id,
                                       const char *seen, const char *time, const char **body,
                                       const char **etag) AGORA_CHECKED;

/** Say what came of it. @param outcome held, missed (verifier), called_off (verifier or member). */
enum agora_status vcase_session_end(struct work *w, const char *viewer, const char *id,
                                    const char *seen, const char *outcome, const char **body,
                                    const char **etag) AGORA_CHECKED;

/** The second person records what they find. @param result passed, failed, cannot_tell. */
enum agora_status vcase_finding(struct work *w, const char *viewer, const char *id,
                                const char *evidence, const char *result, const char *note,
                                const char **body, const char **etag) AGORA_CHECKED;

/** The second person confirms the recommendation or gives it back. */
enum agora_status vcase_second(struct work *w, const char *viewer, const char *id, const char *seen,
                               const struct vcase_second *second, const char **body,
                               const char **etag) AGORA_CHECKED;

/** Who confirmed whose recommendations lately. @param[out] body JSON text (schema PairList). */
enum agora_status vcase_pairs(struct work *w, const char *viewer, const char **body) AGORA_CHECKED;

/**
 * Remind, set aside, close and go on with the cases whose time has come, until there are no more.
 *
 * @return AGORA_OK; AGORA_UNAVAILABLE when the database is away
 */
enum agora_status vcase_by_clock(struct work *w) AGORA_CHECKED;

#endif
