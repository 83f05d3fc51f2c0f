/*
 * The OpenID providers whose word is taken at registration: their keys, fetched over HTTP by the
 * loop itself, and what their id_tokens say.
 *
 * Keys are fetched at start, again once a day, again after a failure with longer and longer pauses,
 * and again when a token names a key that is not known, once a minute at most. A link whose token
 * waits for that waits with it. Keys that were fetched once stay until others come.
 */
#ifndef TMTPD_PROVIDER_H
#define TMTPD_PROVIDER_H

#include <stdbool.h>
#include <stdint.h>

struct link;
struct providers;
struct server;

/** Who a token is about. All NULL without OpenID. */
struct provider_claims {
    char *issuer, *subject, *audience;
    int64_t issued_at; /**< seconds since 1970; -1 when the token does not say */
};

/** Why a token is refused, for the log. */
struct provider_refusal {
    const char *why;
    const char *issuer; /**< of the provider it would be of; NULL when that is not known */
};

enum provider_answer { PROVIDER_OK, PROVIDER_WAIT, PROVIDER_REFUSED };

/**
 * Make what is configured, and begin to fetch keys.
 *
 * @return to be freed by providers_free; NULL when there is no memory
 */
struct providers *providers_new(struct server *server) __attribute__((warn_unused_result));

/** Free it; NULL will do. */
void providers_free(struct providers *providers);

/**
 * Judge the token in the link's header.
 *
 * @param[out] claims filled when it is good; to be freed by provider_claims_free
 * @param[out] refusal filled when it is refused
 * @return PROVIDER_WAIT when keys are being fetched: link_continue follows
 */
enum provider_answer provider_check(struct link *link, struct provider_claims *claims,
                                    struct provider_refusal *refusal)
    __attribute__((warn_unused_result));

/** Free what claims hold. */
void provider_claims_free(struct provider_claims *claims);

#endif
