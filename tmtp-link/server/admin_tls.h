/*
 * TLS 1.3 for the admin interface, by GnuTLS, which libmicrohttpd is built on.
 *
 * Each connection gets its credentials from here when it begins, so that new ones count from then
 * on; those before stay for the connections that have them. There is no resumption, so every
 * connection shows its certificate when one is demanded.
 */
#ifndef TMTPD_ADMIN_TLS_H
#define TMTPD_ADMIN_TLS_H

#include <microhttpd.h>
#include <stdbool.h>

struct admin_tls;

/** For MHD_OPTION_ARRAY of a daemon with MHD_USE_TLS. */
extern struct MHD_OptionItem admin_tls_options[];

/**
 * Read what is needed.
 *
 * @param certificate PEM file, with its intermediate ones; kept by pointer, as the others
 * @param key         PEM file
 * @param client_ca   PEM file with the authorities of clients' certificates, or NULL to demand none
 * @return to be freed by admin_tls_free; NULL when a file can't be used, which is logged
 */
struct admin_tls *admin_tls_new(const char *certificate, const char *key, const char *client_ca)
    __attribute__((warn_unused_result));

/** Read the files again; what was before stays when that fails, which is logged. */
void admin_tls_reload(struct admin_tls *tls);

/** Give a connection that begins its credentials; false when that fails. */
bool admin_tls_begin(const struct admin_tls *tls, struct MHD_Connection *connection)
    __attribute__((warn_unused_result));

/** Send octets on a connection past libmicrohttpd, with TLS or without, as many as go at once. */
void admin_tls_send(struct MHD_Connection *connection, const char *data, size_t len);

/** Free, when no connection is left; NULL will do. */
void admin_tls_free(struct admin_tls *tls);

#endif
