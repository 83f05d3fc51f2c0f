/*
 * A running tmtpd, from its start to its end.
 */
#ifndef TMTPD_SERVE_H
#define TMTPD_SERVE_H

struct config;

/**
 * Serve until SIGTERM or SIGINT, then finish what is in hand, within 10 s.
 *
 * @return exit status; what went wrong is in the log
 */
int serve(const struct config *config);

#endif
