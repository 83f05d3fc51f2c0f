/*
 * tmtpd --check-config: whether a configuration that could be read can also be used.
 */
#ifndef TMTPD_CHECK_H
#define TMTPD_CHECK_H

#include <stdbool.h>

struct config;

/**
 * Look at everything a configuration names, without serving and without the database: certificate
 * and key, tokens, addresses, connection strings, providers.
 *
 * @return whether all is well; each fault is a line of the log that names file, line and key
 */
bool check_config(const struct config *config) __attribute__((warn_unused_result));

#endif
