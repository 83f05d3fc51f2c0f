/* Cases: requests to be verified (`case` is a word of C and of SQL). Every act is one SQL function
 * that locks the case, checks who acts and in which state, changes it, and writes the audit row,
 * the events and the message to the member in one transaction; every act but a release answers with
 * the case as the viewer sees it then.
 *
 * Common parameters: `viewer` is the account that acts and `id` the case, both UUIDs as text;
 * `seen` is the version the viewer knows, from If-Match, "*" or NULL for any. `body` is the case as
 * JSON text (schema Case) and `etag` its version, both owned by w->mem.
 *
 * Common returns: AGORA_NOT_FOUND when there is no such case or the viewer may not see it;
 * AGORA_FORBIDDEN when they see it but it is not theirs to do; AGORA_CONFLICT when its state does
 * not allow it; AGORA_CHANGED when `seen` is not its version; AGORA_INVALID_FIELD naming the field.
 *
 * See docs/verification.md, "Case state machine"; the transitions are rows of
 * agora.vcase_transition. */
#ifndef AGORA_DOMAIN_VCASE_H
#define AGORA_DOMAIN_VCASE_H

#include "directory/base/work.h"

/* A piece of evidence by the facts on it; all UTF-8, NULL for what is not said. */
struct vcase_evidence {
    const char *type;             /* document, electronic_record, vouch, electronic_signature */
    const char *subtype;          /* passport … */
    const char *document_number;  /* as written on it */
    const char *issuer;           /* who issued it or keeps the record */
    const char *issuer_country;   /* ISO 3166-1 alpha-2 */
    const char *date_of_issuance; /* YYYY-MM-DD */
    const char *date_of_expiry;   /* YYYY-MM-DD */
    const char *note;             /* for the verifier */
};

/* A check of a piece of evidence. */
struct vcase_check {
    const char *evidence;     /* UUID */
    const char *check_method; /* one that this kind of evidence allows */
    const char *result;       /* passed, failed, cannot_tell */
    const char *organization; /* who was asked, or NULL */
    const char *note;         /* for verifiers only, or NULL */
};

struct vcase_decision {
    const char *outcome;      /* approve, reject */
    const char *reason_codes; /* JSON array of codes; NULL for none; a rejection needs one */
    const char *public_text;  /* what the member reads, or NULL; a rejection needs it */
    const char *private_note; /* for verifiers only, or NULL */
    const char *snapshot;     /* hash of what was read (Case.snapshot); an approval needs it */
};

/**
 * Begin a case.
 *
 * @param level   level asked for, as text
 * @param referee why the member asks for a trusted referee, or NULL
 * @return AGORA_CONFLICT when one is open, or too many were rejected lately
 */
enum agora_status vcase_open(struct work *w, const char *viewer, const char *level,
                             const char *referee, const char **body,
                             const char **etag) AGORA_CHECKED;

/** A case, for its member or its verifier. */
enum agora_status vcase_get(struct work *w, const char *viewer, const char *id, const char **body,
                            const char **etag) AGORA_CHECKED;

/**
 * A page of the verifiers' queue.
 *
 * @param view      waiting, mine, all (open ones) or decided
 * @param limit     rows, as text
 * @param cursor    `next` of the page before, or NULL
 * @param[out] body JSON text (schema CaseList)
 */
enum agora_status vcase_queue(struct work *w, const char *viewer, const char *view,
                              const char *limit, const char *cursor,
                              const char **body) AGORA_CHECKED;

/**
 * Take the case that is due first and is not about the viewer. Two verifiers never get the same.
 *
 * @param[out] body the case; NULL when none waits
 */
enum agora_status vcase_take_next(struct work *w, const char *viewer, const char **body,
                                  const char **etag) AGORA_CHECKED;

/** State the facts, all anew. @param claims JSON object of claim names to texts. */
enum agora_status vcase_claims_put(struct work *w, const char *viewer, const char *id,
                                   const char *seen, const char *claims, const char **body,
                                   const char **etag) AGORA_CHECKED;

/** Describe a piece of evidence. */
enum agora_status vcase_evidence_add(struct work *w, const char *viewer, const char *id,
                                     const struct vcase_evidence *evidence, const char **body,
                                     const char **etag) AGORA_CHECKED;

/** Take a piece of evidence back. @param evidence its UUID as text. */
enum agora_status vcase_evidence_remove(struct work *w, const char *viewer, const char *id,
                                        const char *evidence, const char **body,
                                        const char **etag) AGORA_CHECKED;

/** Send a draft to the verifiers, or answer the one who asked. */
enum agora_status vcase_submit(struct work *w, const char *viewer, const char *id, const char *seen,
                               const char **body, const char **etag) AGORA_CHECKED;

/** Withdraw a case before it is decided. */
enum agora_status vcase_withdraw(struct work *w, const char *viewer, const char *id,
                                 const char **body, const char **etag) AGORA_CHECKED;

/** Record a check (the verifier who has the case). */
enum agora_status vcase_check_record(struct work *w, const char *viewer, const char *id,
                                     const struct vcase_check *check, const char **body,
                                     const char **etag) AGORA_CHECKED;

/** Ask the member for more. @param reason_codes JSON array of codes; @param text what they read. */
enum agora_status vcase_ask(struct work *w, const char *viewer, const char *id, const char *seen,
                            const char *reason_codes, const char *text, const char **body,
                            const char **etag) AGORA_CHECKED;

/** Give a case back to the queue (the verifier who has it, or an admin). */
enum agora_status vcase_release(struct work *w, const char *viewer, const char *id) AGORA_CHECKED;

/** Decide. @return AGORA_CONFLICT also when evidence and checks do not give the level asked. */
enum agora_status vcase_decide(struct work *w, const char *viewer, const char *id, const char *seen,
                               const struct vcase_decision *decision, const char **body,
                               const char **etag) AGORA_CHECKED;

#endif
