/* What the outbox wants of the TMTP server: permissions granted and ended by its admin interface,
 * and the introducing thread posted by the introducer (tmtp_teller.c). What the server cannot do is
 * done when there is nothing to do for it: then a grant is the thread itself, which tells each the
 * other's uid, and an end or a suspension is one in our own tables alone, and the row says so.
 *
 * Grants and ends can be repeated; a thread is posted once. */
#include <string.h>
#include <talloc.h>

#include "directory/base/log.h"
#include "directory/domain/courier.h"
#include "directory/domain/introducing.h"
#include "directory/domain/tmtp_ender.h"
#include "directory/domain/tmtp_link.h"
#include "directory/domain/tmtp_teller.h"

enum { TIMEOUT_MS = 4000 };

#define LEASE_S "20"

/* Kept with a row that the server could not be told of. */
#define NOT_TOLD "{\"told\": false}"

struct tools {
    const struct duty *duty;
    const struct tmtp_capabilities *can; /* of the server */
    struct admin *admin;                 /* NULL until it is needed */
    struct teller *teller;
};

static const char *text_of(const json_t *action, const char *object, const char *key)
{
    return json_string_value(json_object_get(json_object_get(action, object), key));
}

/* What an answer of the TMTP side means for the row. */
static void conclude(enum tmtp_result result, struct tmtp_error *error, struct courier_outcome *out)
{
    switch (result) {
    case TMTP_OK:
    case TMTP_ALREADY:
        out->end = COURIER_DONE;
        return;
    case TMTP_REFUSED:
        out->end = COURIER_NEVER;
        break;
    default:
        out->end = COURIER_AGAIN;
        break;
    }
    tmtp_link_hide_uids(error->text);
    snprintf(out->problem, sizeof out->problem, "%s", error->text);
}

/* Have the admin interface at hand; when not, the outcome says why. */
static bool admin_ready(struct tools *t, struct courier_outcome *out)
{
    struct tmtp_error error = {0};
    enum tmtp_result result = TMTP_OK;

    if (t->admin == NULL)
        result = tmtp_link_open(t->duty->config, TIMEOUT_MS, &t->admin, &error);
    if (result != TMTP_OK)
        conclude(result, &error, out);
    return result == TMTP_OK;
}

/* There is nothing to do on this server. */
static void leave_undone(struct courier_outcome *out, const char *result)
{
    out->end = COURIER_DONE;
    out->result = result;
}

static void grant(struct tools *t, struct work *w, const struct outbox_item *item,
                  struct courier_outcome *out)
{
    struct tmtp_error error = {0};

    (void)w;
    if (!t->can->can_grant) {
        leave_undone(out, NULL);
        return;
    }
    if (!admin_ready(t, out))
        return;
    conclude(admin_contact_put(t->admin, text_of(item->action, "asker", "uid"),
                               text_of(item->action, "asked", "uid"),
                               json_string_value(json_object_get(item->action, "introduction")),
                               NULL, NULL, &error),
             &error, out);
}

static void end(struct tools *t, struct work *w, const struct outbox_item *item,
                struct courier_outcome *out)
{
    struct tmtp_error error = {0};

    if (!t->can->can_end) {
        leave_undone(out, NOT_TOLD);
        return;
    }
    if (admin_ready(t, out))
        conclude(tmtp_end(t->admin, w, item, LEASE_S, &error), &error, out);
}

static void suspend(struct tools *t, struct work *w, const struct outbox_item *item,
                    struct courier_outcome *out)
{
    struct tmtp_error error = {0};

    (void)w;
    if (!t->can->can_suspend) {
        leave_undone(out, NOT_TOLD);
        return;
    }
    if (!admin_ready(t, out))
        return;
    conclude(admin_user_suspend(t->admin, json_string_value(json_object_get(item->action, "uid")),
                                json_is_true(json_object_get(item->action, "suspended")), &error),
             &error, out);
}

static void post(struct tools *t, struct work *w, const struct outbox_item *item,
                 struct courier_outcome *out)
{
    struct tmtp_error error = {0};
    struct session_receipt receipt;
    char *subject, *body;
    const struct inner_person members[2] = {
        {text_of(item->action, "asker", "alias"), text_of(item->action, "asker", "uid")},
        {text_of(item->action, "asked", "alias"), text_of(item->action, "asked", "uid")},
    };

    if (!introducing_write(w->mem, item->action, w->config->agora_base_url, t->can->can_end,
                           &subject, &body)) {
        snprintf(out->problem, sizeof out->problem, "no memory");
        return;
    }
    enum tmtp_result result =
        teller_post(t->teller, members, subject, body, item->id, &receipt, &error);
    if (result == TMTP_OK)
        out->result = teller_told(w->mem, &receipt);
    conclude(result, &error, out);
}

static void tell(struct tools *t, struct work *w, const struct outbox_item *item,
                 struct courier_outcome *out)
{
    struct tmtp_error error = {0};
    bool ours;
    enum tmtp_result result = teller_ready(t->teller, &error);

    if (result != TMTP_OK)
        conclude(result, &error, out);
    else if (outbox_keep(w, item->id, LEASE_S, &ours) != AGORA_OK)
        snprintf(out->problem, sizeof out->problem, "the database is away");
    else if (!ours)
        out->end = COURIER_GONE;
    else
        post(t, w, item, out);
}

static void act(void *cls, struct work *w, const struct outbox_item *item,
                struct courier_outcome *out)
{
    static const struct {
        const char *kind;
        void (*act)(struct tools *, struct work *, const struct outbox_item *,
                    struct courier_outcome *);
    } acts[] = {{"grant", grant}, {"tell", tell}, {"end", end}, {"suspend", suspend}};
    struct tools *t = cls;

    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        if (strcmp(acts[i].kind, item->kind) == 0)
            acts[i].act(t, w, item, out);
}

static bool attend(void *cls)
{
    struct tools *t = cls;

    return teller_attend(t->teller);
}

static int rest(void *cls)
{
    struct tools *t = cls;

    return teller_rest(t->teller);
}

static int descriptor(void *cls)
{
    const struct tools *t = cls;

    return teller_fd(t->teller);
}

void tmtp_courier_run(struct duty *duty)
{
    struct tools tools = {
        .duty = duty, .can = tmtp_capabilities(duty->config), .teller = teller_new(NULL, duty)};
    const struct courier courier = {.kinds = OUTBOX_TMTP,
                                    .lease_s = LEASE_S,
                                    .act = act,
                                    .attend = attend,
                                    .rest = rest,
                                    .fd = descriptor,
                                    .tools = &tools};

    if (tools.teller == NULL)
        log_event(LOG_ERR, "out_of_memory", NULL, NULL);
    else
        courier_work(duty, &courier);
    teller_close(tools.teller);
    admin_close(tools.admin);
}
