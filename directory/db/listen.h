/* Waiting for notifications (LISTEN/NOTIFY): what the worker and the event stream sleep on. */
#ifndef AGORA_DB_LISTEN_H
#define AGORA_DB_LISTEN_H

#include "directory/db/db.h"

enum db_waited {
    DB_TIMEOUT,     /* nothing came in time */
    DB_NOTIFIED,    /* a notification came */
    DB_RECONNECTED, /* the connection was lost and is back: notifications may have been missed */
    DB_AWAY,        /* the database cannot be reached; wait again, it tries again with back-off */
    DB_WOKEN        /* one of wake_fds became readable */
};

struct db_notice {
    char channel[64];
    char payload[8001]; /* PostgreSQL allows fewer than 8,000 octets */
};

/**
 * Listen on a channel from now on, also after the connection was lost and opened again.
 *
 * @param w       work; w->db is the connection, which should be used for nothing else meanwhile
 * @param channel name of ours, [a-z_]; at most eight channels a connection; the text must outlive
 * it
 * @return AGORA_OK; AGORA_UNAVAILABLE when the database is away (it will listen once it is back)
 */
enum agora_status db_listen(struct work *w, const char *channel) AGORA_CHECKED;

/**
 * Wait for a notification.
 *
 * @param w           work with the listening connection
 * @param timeout_ms  how long at most
 * @param wake_fds    two descriptors that end the wait by becoming readable (to stop a thread,
 * say); -1 is none
 * @param[out] notice filled when DB_NOTIFIED
 * @return what ended the wait
 */
enum db_waited db_wait(struct work *w, int timeout_ms, const int wake_fds[2],
                       struct db_notice *notice);

#endif
