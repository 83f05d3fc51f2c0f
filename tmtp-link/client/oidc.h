/*
 * Sign-in at an OpenID provider for a registration, as the stock client does it: the browser goes
 * to the provider, comes back to localhost with a code, and the code is exchanged for the id_token.
 * A public client with PKCE (RFC 7636, S256) and a loopback redirect (RFC 8252); no client secret.
 *
 * @see docs/tmtp.md, section 6
 */
#ifndef TMTP_CLIENT_OIDC_H
#define TMTP_CLIENT_OIDC_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/base/result.h"
#include "tmtp-link/client/session.h"

struct oidc_login;

/**
 * Begin: make the secrets, listen for the redirect, and have the address to open.
 *
 * @param provider what the TMTP server offers
 * @param index    of that provider, 0 to 25
 * @param port     to listen on instead of the redirect_uri's, or 0; it is then put into the
 * redirect_uri
 * @param[out] login to be freed by oidc_free
 * @return TMTP_OK; TMTP_PROTOCOL when the provider's parameters lack response_type, client_id,
 * scope or a redirect_uri at localhost, or its addresses are neither https nor localhost;
 * TMTP_LOCAL when the port is taken
 */
enum tmtp_result oidc_begin(const struct session_provider *provider, size_t index, uint16_t port,
                            struct oidc_login **login, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/** The address that the person must open in a browser. */
const char *oidc_url(const struct oidc_login *login);

/**
 * Wait until the person has signed in, and get the token.
 *
 * @param ca_file authorities to trust at the provider, or NULL for the system's
 * @param[out] oidc the object for session_register, freed by json_decref
 * @return TMTP_OK; TMTP_NONE when nobody signed in before @a wait_ms; TMTP_REFUSED with the
 * provider's reason; otherwise as http_ask
 */
enum tmtp_result oidc_finish(struct oidc_login *login, int wait_ms, const char *ca_file,
                             json_t **oidc, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/** Free, with the secrets wiped; NULL will do. */
void oidc_free(struct oidc_login *login);

#endif
