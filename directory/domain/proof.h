/* What members prove about themselves: a domain of e-mail by a code, a page or site by what is on
 * it. Proofs are the member's own and outlive a case; an open case gets them as evidence. The rules
 * are in sql/directory/functions/checks_*.sql. */
#ifndef AGORA_DOMAIN_PROOF_H
#define AGORA_DOMAIN_PROOF_H

#include <stdint.h>

#include "directory/base/work.h"

/** What a member has proved or is about to. @param[out] body JSON text (schema ProofList) */
enum agora_status proof_list(struct work *w, const char *viewer, const char **body) AGORA_CHECKED;

/**
 * Send a code to an address at an employer or university. The address is in the message alone.
 *
 * @param email     lower case; its domain must not be one where anyone can have an address
 * @param address   network address of who asks, for the counters
 * @param[out] body JSON text (schema DomainCode): the domain, and until when the code counts
 * @return AGORA_OK; AGORA_INVALID_FIELD; AGORA_TOO_MANY
 */
enum agora_status proof_email_ask(struct work *w, const char *viewer, const char *email,
                                  const char *address, const char **body) AGORA_CHECKED;

/**
 * Give the code that came.
 *
 * @param code      as typed
 * @param[out] body JSON text (schema Proof)
 * @return AGORA_OK; AGORA_INVALID_FIELD when it does not count, which is a try
 */
enum agora_status proof_email_give(struct work *w, const char *viewer, const char *code,
                                   const char **body) AGORA_CHECKED;

/**
 * Name a page or site.
 *
 * @param url  https address without a port
 * @param how  rel_me: the page itself; dns, well_known: its host
 * @return AGORA_OK; AGORA_INVALID_FIELD; AGORA_CONFLICT when there are too many
 */
enum agora_status proof_web(struct work *w, const char *viewer, const char *url, const char *how,
                            const char **body) AGORA_CHECKED;

/** Have a page or site looked at now; the event `proof` tells when it was. */
enum agora_status proof_check(struct work *w, const char *viewer, const char *id,
                              const char **body) AGORA_CHECKED;

/** Take a proof back. */
enum agora_status proof_remove(struct work *w, const char *viewer, const char *id) AGORA_CHECKED;

/** What ran by itself for a case, for the verifier who has it (schema AutomaticChecks). */
enum agora_status proof_of_case(struct work *w, const char *viewer, const char *id,
                                const char **body) AGORA_CHECKED;

/** What becomes of proofs and standing by time alone. @param[out] n how many rows it touched */
enum agora_status proof_by_clock(struct work *w, int64_t *n) AGORA_CHECKED;

#endif
