/* What our TMTP server can do. Its protocol says nothing about permissions: only a server with an
 * admin interface keeps them. Whatever depends on that asks here, not for the server's kind. */
#ifndef AGORA_DOMAIN_TMTP_KIND_H
#define AGORA_DOMAIN_TMTP_KIND_H

#include <stdbool.h>

#include "directory/base/config.h"

struct tmtp_capabilities {
    bool can_grant;      /* keeps who may write to whom; else to know a uid is the permission */
    bool can_end;        /* takes a permission back */
    bool can_suspend;    /* shuts a member out */
    bool lists_contacts; /* says which permissions it has */
    bool links_by_code;  /* does not tell who registers: members ping the introducer with a code */
};

/** What the server of [tmtp] can do. */
const struct tmtp_capabilities *tmtp_capabilities(const struct config *config);

/** Whether anything is to be done on a TMTP server. */
bool tmtp_wanted(const struct config *config);

/** Whom members ping with their code; NULL where they need not. */
const char *tmtp_introducer(const struct config *config);

/**
 * Check the section [tmtp]: a kind that there is, with the keys that it needs and no other kind's.
 *
 * @param e filled on failure
 * @return AGORA_OK; AGORA_INVALID_FIELD
 */
enum agora_status tmtp_check_config(const struct config *config, struct error *e) AGORA_CHECKED;

#endif
