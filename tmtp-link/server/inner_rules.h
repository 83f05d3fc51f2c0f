/*
 * What the inner layer of a message must be, so that it says who it is really from and kills no
 * client: the rules of docs/tmtp-admin.md, "What check_inner means", as far as they can be told
 * from the message alone. What needs the database, whose alias and uid belong together, is handed
 * out as a list of claims. Nothing here knows of links or the store (inner_check.c does).
 */
#ifndef TMTPD_INNER_RULES_H
#define TMTPD_INNER_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/wire/header.h"
#include "tmtp-link/wire/limits.h"

/** Octets of a fault with its NUL; no fault repeats a text of the message. */
#define INNER_FAULT_SIZE 160

/** A message about to be posted. Nothing of it is kept or changed. */
struct inner_question {
    const struct tmtp_header *header; /**< of Post or PostNotify, as header_is_request allows it */
    const char *data;                 /**< the message, at least its first 60 KiB */
    size_t data_len;                  /**< octets there are of it */
    const char *note;                 /**< the notification of a PostNotify, all of it */
    size_t note_len;
    const char *self;  /**< uid of the sender */
    const char *alias; /**< an alias known to be the sender's; NULL for none */
    int64_t next_id;   /**< no message has had this id or a higher one yet */
};

/** What an alias and a uid are said to belong together for. */
enum inner_about { INNER_ALIAS, INNER_WHO, INNER_BY, INNER_GROUP };

/** That an alias is a user's, or (INNER_GROUP) that all in a group know the user. Both have the
 * form of one. */
struct inner_claim {
    char *alias;
    char uid[TMTP_UID_LEN + 1];
    enum inner_about about;
    size_t entry; /**< of cc, from 1; 0 for INNER_ALIAS and INNER_GROUP */
    bool note;    /**< it stands in the notification of a PostNotify */
};

/** What was found. The claims are left to be looked up when there is no fault. */
struct inner_facts {
    char fault[INNER_FAULT_SIZE]; /**< for the client's user; "" when there is none */
    struct inner_claim *claims;
    size_t count, room; /**< claims there are, and there is memory for */
};

/** Whether the message is for others than its sender, so that there is something to check. */
bool inner_is_for_others(const struct tmtp_header *header, const char *self);

/**
 * Hold a message against the rules.
 *
 * @param[out] facts to be freed by inner_facts_free, on failure too
 * @return false when there is no memory
 */
bool inner_rules(const struct inner_question *question, struct inner_facts *facts)
    __attribute__((warn_unused_result));

/** Free what was found. */
void inner_facts_free(struct inner_facts *facts);

/** The fault of a claim that is not true: the same whether its alias or uid exists or not. */
void inner_claim_fault(const struct inner_claim *claim, char fault[INNER_FAULT_SIZE]);

#endif
