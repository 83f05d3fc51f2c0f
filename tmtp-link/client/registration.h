/*
 * A new account at a TMTP server, kept in a credentials file from its first moment: what the server
 * gives at registration can't be asked for again.
 */
#ifndef TMTP_CLIENT_REGISTRATION_H
#define TMTP_CLIENT_REGISTRATION_H

#include <jansson.h>

#include "tmtp-link/client/credentials.h"
#include "tmtp-link/client/session.h"

/** What an account is to be. */
struct registration {
    const char *path;  /**< credentials file to make; its folder exists */
    const char *node;  /**< label of this device */
    const char *alias; /**< name to be known by */
    json_t *oidc;      /**< what a sign-in provider gave, or NULL */
};

/**
 * Register, keep it, and log out.
 *
 * @param to           where, and how long to wait
 * @param[out] identity who the account is
 * @return TMTP_OK; TMTP_REFUSED when there is an account now, and its file, but the server did not
 * give it this alias; TMTP_AUTH when the server wants a sign-in, or does not accept this one;
 * TMTP_LOCAL when the file can't be written; otherwise as session_open
 */
enum tmtp_result registration_make(const struct session_options *to,
                                   const struct registration *what,
                                   struct session_identity *identity, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Take another alias for an account, and keep it in its file as the one to be known by.
 *
 * @return TMTP_OK; TMTP_REFUSED with the server's reason; otherwise as session_login
 */
enum tmtp_result registration_rename(const struct session_options *to,
                                     struct credentials *credentials, const char *alias,
                                     struct tmtp_error *error) __attribute__((warn_unused_result));

#endif
