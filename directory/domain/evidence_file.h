/* A file of evidence, as its member sends it and as it is looked at. The rules (who may, when, how
 * many) are in sql/directory/functions/evidence_*.sql; what is added here is that nothing but
 * ciphertext goes to the database. */
#ifndef AGORA_DOMAIN_EVIDENCE_FILE_H
#define AGORA_DOMAIN_EVIDENCE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "directory/base/work.h"

/* What a member says of a file before it comes. */
struct evidence_announced {
    const char *evidence; /* UUID of the piece of evidence that it shows */
    const char *name;     /* on the member's device, 1 to 200 characters; to be shown only */
    const char *length;   /* octets, as a number */
};

/* How much of a file has come, and is to come. */
struct evidence_progress {
    int64_t received; /* octets; where the next part begins */
    int64_t octets;   /* octets of the whole */
};

/* The picture of a page. */
struct evidence_picture {
    const char *type; /* image/png or image/jpeg */
    const char *data;
    size_t len;
};

/**
 * Announce a file, and make its key.
 *
 * @param[out] body schema EvidenceFile
 * @param[out] id   of the file
 * @return AGORA_OK; AGORA_NOT_FOUND; AGORA_CONFLICT when the case is not open or has its most
 * files; AGORA_INVALID_FIELD for evidence or length; AGORA_UNAVAILABLE without a master key
 */
enum agora_status evidence_begin(struct work *w, const char *viewer, const char *vcase,
                                 const struct evidence_announced *announced, const char **body,
                                 const char **id) AGORA_CHECKED;

/**
 * Take the next part: seal it and store it. The last one hands the file over to be looked at.
 *
 * @param offset   octets that the sender believes to have come
 * @param data     at most EVIDENCE_PIECE_MAX octets; none: only tells how much has come
 * @param[out] now how much has come; filled also with AGORA_CONFLICT when that is why
 * @return AGORA_OK; AGORA_NOT_FOUND; AGORA_CONFLICT when the part does not begin where the last one
 * ended, or the case is not open; AGORA_INVALID_FIELD when the file gets longer than announced
 */
enum agora_status evidence_part(struct work *w, const char *viewer, const char *id, int64_t offset,
                                const void *data, size_t len,
                                struct evidence_progress *now) AGORA_CHECKED;

/** A file (schema EvidenceFile). @return AGORA_OK; AGORA_NOT_FOUND */
enum agora_status evidence_get(struct work *w, const char *viewer, const char *id,
                               const char **body, struct evidence_progress *now) AGORA_CHECKED;

/** The files of a case (schema EvidenceFiles). @return AGORA_OK; AGORA_NOT_FOUND */
enum agora_status evidence_list(struct work *w, const char *viewer, const char *vcase,
                                const char **body) AGORA_CHECKED;

/** Take a file back. @return AGORA_OK; AGORA_NOT_FOUND; AGORA_CONFLICT */
enum agora_status evidence_remove(struct work *w, const char *viewer, const char *id) AGORA_CHECKED;

/**
 * Choose whether the files of a case are destroyed with its decision.
 * @param look_only "true" or "false"
 * @return AGORA_OK; AGORA_NOT_FOUND; AGORA_FORBIDDEN; AGORA_CONFLICT when it was decided
 */
enum agora_status evidence_choose(struct work *w, const char *viewer, const char *vcase,
                                  const char *look_only, const char **body) AGORA_CHECKED;

/**
 * Look at a page. It is on record before the first octet is read.
 *
 * @param page     number as text
 * @param[out] out the picture, owned by w->mem
 * @return AGORA_OK; AGORA_NOT_FOUND when there is none, or not for this viewer, or not any more
 */
enum agora_status evidence_look(struct work *w, const char *viewer, const char *id,
                                const char *page, struct evidence_picture *out) AGORA_CHECKED;

#endif
