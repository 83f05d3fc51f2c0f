/* The OpenID provider: deciding on requests for authorization, redeeming codes. What the rules are
 * is in docs/accounts.md, "OpenID provider"; the ones on data are
 * sql/directory/functions/oidc_acts.sql. */
#ifndef AGORA_DOMAIN_OIDC_H
#define AGORA_DOMAIN_OIDC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "directory/base/viewer.h"
#include "directory/base/work.h"

/* A request for authorization, decoded; absent parameters are NULL. */
struct oidc_request {
    const char *client_id;
    const char *redirect_uri;
    const char *response_type;
    const char *response_mode;
    const char *scope;
    const char *state; /* still encoded, exactly as it came */
    const char *nonce;
    const char *code_challenge;
    const char *code_challenge_method;
    const char *prompt;
    const char *max_age;
    const char *login_hint;
    const char *request;         /* request objects, which are not taken */
    const char *request_uri;     /* the same by reference */
    const char *claims;          /* JSON: verified claims that are wanted; see oidc_claims.h */
    const char *signed_in_after; /* ours: a sign-in this young, in seconds since 1970, will do */
    const char *repeated;        /* a parameter that came twice, or NULL */
    const char *query;           /* the whole, as it came: where to come back to after signing in */
};

enum oidc_next {
    OIDC_REFUSE,   /* a page that says why; nobody is sent to an address we do not know */
    OIDC_REDIRECT, /* to the client, or to the page for signing in */
    OIDC_VERIFY,   /* a page that says that the member must be verified first */
    OIDC_CONSENT   /* the consent page */
};

struct oidc_decision {
    enum oidc_next next;
    const char *url;        /* where to, for OIDC_REDIRECT */
    const char *why;        /* sentence, for OIDC_REFUSE */
    const char *client;     /* the client's name for people, from here on for the pages */
    const char *shown_name; /* the member's */
    const char *email;      /* the member's address */
    const char *token;      /* for the form: answers this request once, in this session */
    const char *redirect_uri;
    bool verified;  /* whether the client learns that the member is verified */
    size_t facts_n; /* verified facts it would learn */
    const struct oidc_fact {
        const char *label, *value; /* for people; value "" when the label says it all */
    } * facts;
};

/**
 * Decide on a request for authorization.
 *
 * @param viewer       who is signed in, if anyone
 * @param rq           the request
 * @param[out] out     what to do, owned by w->mem
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status oidc_authorize(struct work *w, const struct viewer *viewer,
                                 const struct oidc_request *rq,
                                 struct oidc_decision *out) AGORA_CHECKED;

/**
 * The member's answer to a consent page.
 *
 * @param session session that answers
 * @param token   from the form
 * @param answer  allow; allow_less: without the verified facts; anything else refuses
 * @param[out] url where to send the browser, owned by w->mem
 * @return AGORA_OK; AGORA_CONFLICT when the page was answered before, is older than ten minutes or
 *         was shown to another session
 */
enum agora_status oidc_answer(struct work *w, const char *session, const char *token,
                              const char *answer, const char **url) AGORA_CHECKED;

/* A request at the token address; absent parameters are NULL. */
struct oidc_grant {
    const char *grant_type;
    const char *client_id;
    const char *code;
    const char *redirect_uri;
    const char *code_verifier;
    const char *repeated;
};

/**
 * Redeem a code.
 *
 * @param[out] json  the token answer, owned by w->mem; NULL when refused
 * @param[out] error RFC 6749 code when refused: invalid_request, unsupported_grant_type,
 * invalid_grant
 * @param[out] why   a sentence for the client's developer
 * @return AGORA_OK, given or refused; AGORA_UNAVAILABLE when there is no database or no key
 */
enum agora_status oidc_redeem(struct work *w, const struct oidc_grant *grant, const char **json,
                              const char **error, const char **why) AGORA_CHECKED;

/**
 * Whom an access token speaks of.
 *
 * @param[out] json {"sub", "name"}, owned by w->mem
 * @return AGORA_OK; AGORA_NOT_FOUND when the token is unknown or has run out
 */
enum agora_status oidc_userinfo(struct work *w, const char *token, const char **json) AGORA_CHECKED;

/** The discovery document, owned by w->mem. @return AGORA_OK; AGORA_INTERNAL without memory */
enum agora_status oidc_discovery(struct work *w, const char **json) AGORA_CHECKED;

#endif
