/* Complaints: anybody says that somebody is verified in the wrong name. The address is confirmed by
 * a code; then admins handle it. The rules are in sql/directory/functions/complaint_*.sql.
 *
 * See docs/verification.md, "Appeal and redress". */
#ifndef AGORA_DOMAIN_COMPLAINT_H
#define AGORA_DOMAIN_COMPLAINT_H

#include "directory/base/work.h"
#include "directory/domain/account.h"

/* What the form says; all UTF-8, NULL for what is not said. */
struct complaint {
    const char *email;       /* of who complains, lower case */
    const char *name;        /* theirs, or NULL */
    const char *handle;      /* which profile, as they wrote it */
    const char *relation;    /* myself, someone_else, organisation */
    const char *text;        /* what is wrong */
    const char *access_need; /* "true", "false" or NULL */
    const char *address;     /* network address it comes from */
};

struct complaint_decision {
    const char *outcome; /* suspended, revoked, corrected, nothing_found */
    const char *reason;  /* why, of the vocabulary's revoke_reasons; for suspended and revoked */
    const char *note;    /* for admins only */
};

/**
 * Take a complaint and send a code to its address. The answer is the same whether there is such a
 * profile or not.
 *
 * @return AGORA_OK; AGORA_TOO_MANY when this network has sent as many as it may in a day
 */
enum agora_status complaint_add(struct work *w, const struct complaint *c) AGORA_CHECKED;

/**
 * Open a complaint by its code.
 *
 * @param[out] body JSON text: reference, acknowledge_by, decide_by; owned by w->mem
 * @return AGORA_OK; AGORA_INVALID_FIELD at /code when it is wrong, used or too old; AGORA_TOO_MANY
 * with by->wait_s
 */
enum agora_status complaint_confirm(struct work *w, struct code_try *by,
                                    const char **body) AGORA_CHECKED;

/* For admins; AGORA_FORBIDDEN for others, AGORA_NOT_FOUND for one about themselves, AGORA_CONFLICT
 * when it has been decided. */

/** @param view open or decided; @param[out] body schema ComplaintList */
enum agora_status complaint_list(struct work *w, const char *viewer, const char *view,
                                 const char **body) AGORA_CHECKED;

/** Tell who complained that somebody looks at it. @param[out] body schema Complaint */
enum agora_status complaint_acknowledge(struct work *w, const char *viewer, const char *id,
                                        const char **body) AGORA_CHECKED;

/** Decide, carry the outcome out, and tell who complained. @param[out] body schema Complaint */
enum agora_status complaint_decide(struct work *w, const char *viewer, const char *id,
                                   const struct complaint_decision *decision,
                                   const char **body) AGORA_CHECKED;

#endif
