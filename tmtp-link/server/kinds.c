/*
 * What the database is asked for, by connection.
 */
#include "tmtp-link/server/kinds.h"

#include <stddef.h>

#include "tmtp-link/server/admin_call.h"
#include "tmtp-link/server/append.h"
#include "tmtp-link/server/chore.h"
#include "tmtp-link/server/deliver.h"
#include "tmtp-link/server/edit.h"
#include "tmtp-link/server/enter.h"
#include "tmtp-link/server/group.h"
#include "tmtp-link/server/inner_check.h"
#include "tmtp-link/server/lapse.h"
#include "tmtp-link/server/ohi.h"
#include "tmtp-link/server/post.h"
#include "tmtp-link/server/presence.h"
#include "tmtp-link/server/queued.h"
#include "tmtp-link/server/ring.h"
#include "tmtp-link/server/routes.h"
#include "tmtp-link/server/upload.h"

/* The order of a batch: who may do what, who is there, what goes in, and last what is read, so that
 * it is of the state after all that. */
const struct request_kind *const kinds_writing[] = {
    &enter_logout_kind,
    &lapse_kind,
    &admin_kinds[ADMIN_CONTACT_PUT],
    &admin_kinds[ADMIN_CONTACT_DELETE],
    &admin_kinds[ADMIN_CONTACT_BATCH],
    &admin_kinds[ADMIN_USER_STATE],
    &presence_parted_kind,
    &presence_leave_kind,
    &admin_kinds[ADMIN_NODE_DELETE],
    &enter_register_kind,
    &enter_login_kind,
    &edit_kind,
    &edit_node_kind,
    &ohi_kind,
    &group_invite_kind,
    &group_edit_kind,
    &inner_check_kind,
    &upload_piece_kind,
    &upload_drop_kind,
    &post_kind,
    &append_kind,
    &deliver_next_kind,
    &deliver_piece_kind,
    &routes_kind,
    &ring_parts_kind,
    NULL,
};

/* What the admin interface reads. */
const struct request_kind *const kinds_reading[] = {
    &admin_kinds[ADMIN_CONTACT_GET],
    &admin_kinds[ADMIN_USER_GET],
    &admin_kinds[ADMIN_USER_LIST],
    &admin_kinds[ADMIN_USER_CONTACTS],
    &admin_kinds[ADMIN_EVENTS],
    &admin_kinds[ADMIN_SERVER],
    &queued_kind,
    NULL,
};

/* What goes out of queues, on a connection of its own. */
const struct request_kind *const kinds_acks[] = {
    &deliver_ack_kind, &deliver_fence_kind, &ring_sweep_kind, &chore_kind, NULL,
};
