/*
 * What tmtpd is told by its configuration file (tmtpd.conf(5)): read once at start, never changed.
 */
#ifndef TMTPD_CONFIG_H
#define TMTPD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_PROVIDERS_MAX 8

/** An OpenID provider whose id_tokens are taken at registration. */
struct config_provider {
    char *section;      /**< its section, `oidc NAME` */
    char *label;        /**< what a client shows for it; by default the section's name */
    char *issuer;       /**< claim iss */
    char *audience;     /**< claim aud */
    char *jwks_url;     /**< address of its keys */
    char *ca_file;      /**< certificates to check that address with; NULL for the system's */
    char *login_url;    /**< where a client opens the sign-in */
    char *login_params; /**< and the query it begins with */
    char *token_url;    /**< where a client gets the token */
    char *token_params; /**< and the form it begins with */
};

/** A choice; UNSET while it depends on another key. */
enum config_flag { CONFIG_UNSET, CONFIG_NO, CONFIG_YES };

/** Where a key stands. */
struct config_place {
    char *section, *name;
    int line; /**< from 1 */
};

struct config {
    char *path; /**< of the file */
    struct config_place *places;
    size_t place_count;
    /* [server] */
    char *name;                       /**< told in tmtprev */
    char *listen;                     /**< ADDRESS:PORT for clients; port 0 is any free one */
    char *port_file;                  /**< file to write the port to; NULL for none */
    bool open;                        /**< policy `open` instead of `introduced` */
    int64_t max_message;              /**< octets of data in a post */
    int64_t max_links;                /**< links at a time */
    int64_t queue_messages;           /**< that a device may have to fetch */
    int64_t queue_octets;             /**< likewise */
    int64_t login_us;                 /**< from connect to login */
    int64_t pulse_us;                 /**< silence of a logged-in client */
    int64_t ack_us;                   /**< until an unacknowledged message is sent again */
    int64_t keys_us;                  /**< between fetches of keys for the sake of unknown ones */
    int64_t refresh_us;               /**< after which keys are fetched again anyway */
    enum config_flag openid_required; /**< no registration without an id_token of a provider */
    int64_t patience_us;              /**< how long links outlast a database that does nothing */
    int64_t node_expiry_us;           /**< after which an unused node goes; 0 for never */
    int64_t queue_expiry_us;          /**< after which a message leaves a queue; 0 for never */
    char *tls_cert;                   /**< PEM file, with intermediate certificates */
    char *tls_key;                    /**< PEM file */

    enum config_flag check_inner; /**< posts say who they are from; once read, yes or no */

    /* limits, where INT64_MAX is none; see guard.h */
    int64_t links_per_address, links_per_user, registrations_per_address, failed_logins_per_address;
    int64_t pings_per_day, failed_pings_per_day; /**< of one user */
    int64_t frames_per_second;                   /**< on one link */
    enum config_flag limit_loopback;             /**< loopback is an address like any other */

    /* [database] */
    char *connection;       /**< libpq connection string for the role tmtpd_app */
    int64_t log_part;       /**< messages in a part of the log before the next is begun */
    char *owner_connection; /**< the same for the database's owner; only to migrate */
    /* [admin] */
    char *admin_listen;    /**< unix:PATH or ADDRESS:PORT; NULL for no admin interface */
    char *token_file;      /**< file with one or two tokens, a line each */
    char *admin_cert;      /**< PEM file; NULL for no TLS, then the address is a local one */
    char *admin_key;       /**< PEM file */
    char *admin_client_ca; /**< PEM file of the authorities of callers; NULL to demand none */
    /* [oidc NAME] */
    struct config_provider providers[CONFIG_PROVIDERS_MAX];
    size_t provider_count;
};

/**
 * Read a configuration file.
 *
 * @param path file
 * @param[out] why what is wrong with it and where, when it is; to be freed by free()
 * @return the configuration, to be freed by config_free; NULL when there is none
 */
struct config *config_read(const char *path, char **why) __attribute__((warn_unused_result));

/** The line of the file at which a key stands; 0 when it does not. */
int config_line(const struct config *config, const char *section, const char *name);

/**
 * Say what is wrong with a key, and where it stands: `FILE:LINE: [section] key: why`.
 *
 * @param line 0 when it stands nowhere
 * @return to be freed by free(); NULL when there is no memory
 */
char *config_complaint(const struct config *config, const char *section, const char *name, int line,
                       const char *why);

/**
 * Free a configuration; NULL will do.
 */
void config_free(struct config *config);

#endif
