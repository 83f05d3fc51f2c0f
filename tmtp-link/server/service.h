/*
 * Accounts of the organisation itself, such as the introducer: made by the operator, not by a
 * client.
 */
#ifndef TMTPD_SERVICE_H
#define TMTPD_SERVICE_H

struct config;

/**
 * Make a service account, or a further node of one, and write its credentials for the command
 * `tmtp` and for agorad.
 *
 * The file is made first (mode 0600) and must not exist, so that no password is lost for want of a
 * place to put it.
 *
 * @param alias alias of the account; when a service has it, that gets a further node
 * @param path  credentials file: JSON {server, uid, node, alias}
 * @return exit status; what went wrong is in the log
 */
int service_add(const struct config *config, const char *alias, const char *path);

#endif
