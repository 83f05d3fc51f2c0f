/* Receipts: signed statements about a verification that a member takes away and shows to whom they
 * like. Anybody can check one with the instance's public keys and any JOSE library; what is in it
 * is the member's choice. */
#ifndef AGORA_DOMAIN_RECEIPT_H
#define AGORA_DOMAIN_RECEIPT_H

#include <jansson.h>
#include <stdint.h>

#include "directory/base/work.h"

/* The kind of statement and its version: a reader that knows another version refuses it. */
#define RECEIPT_TYP "agora-receipt+jwt"
#define RECEIPT_VCT "urn:agora:receipt:1"

/**
 * Make a receipt.
 *
 * @param viewer   member, UUID as text
 * @param claims   JSON array of names of verified facts to state; NULL for those that everyone may
 *                 see
 * @param evidence "true" to state what was checked and how
 * @param days     how long it holds, as text; NULL for the usual time
 * @param[out] json {"id", "receipt", "page", "status", "expires_at"} (schema Receipt), owned by
 *                 w->mem
 * @return AGORA_OK; AGORA_CONFLICT when the member is not verified now or has too many receipts;
 *         AGORA_INVALID_FIELD naming the field; AGORA_UNAVAILABLE without a key to sign with
 */
enum agora_status receipt_make(struct work *w, const char *viewer, const char *claims,
                               const char *evidence, const char *days,
                               const char **json) AGORA_CHECKED;

/** {"status": "valid" or "ended"}, for anyone. @param id UUID as text */
enum agora_status receipt_status(struct work *w, const char *id, const char **json) AGORA_CHECKED;

/** The member's receipts that hold (schema ReceiptList). */
enum agora_status receipt_list(struct work *w, const char *viewer, const char **json) AGORA_CHECKED;

/** End one of the member's receipts. @return AGORA_OK; AGORA_NOT_FOUND */
enum agora_status receipt_end(struct work *w, const char *viewer, const char *id) AGORA_CHECKED;

/**
 * Check a receipt, with nothing but the keys.
 *
 * @param token       text of the receipt
 * @param jwks        keys of who is trusted to issue it
 * @param now_s       time, seconds since 1970
 * @param[out] claims what it states: new object, to be freed by json_decref()
 * @return AGORA_OK; AGORA_CONFLICT when it is no receipt, not signed by one of the keys, or too
 * old, w->error saying which
 */
enum agora_status receipt_verify(struct work *w, const char *token, const json_t *jwks,
                                 int64_t now_s, json_t **claims) AGORA_CHECKED;

#endif
