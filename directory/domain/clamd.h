/* Asks clamd, over its Unix socket, whether it knows a file as harmful. */
#ifndef AGORA_DOMAIN_CLAMD_H
#define AGORA_DOMAIN_CLAMD_H

#include "directory/base/work.h"

enum clamd_answer {
    CLAMD_CLEAN,
    CLAMD_FOUND, /* detail: the name of the signature */
    CLAMD_AWAY   /* no answer, or it would not look at the file; detail: why, for the log */
};

enum { CLAMD_SECONDS = 60 }; /* for the whole */

/**
 * Have a file looked at (INSTREAM; clamd(8)).
 *
 * @param path       Unix socket
 * @param fd         file; read from its beginning by offset, so that it stays where it is
 * @param[out] detail at least 128 octets
 */
enum clamd_answer clamd_scan(const char *path, int fd, char detail[128]);

#endif
