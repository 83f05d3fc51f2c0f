/* What the outbox wants of the TMTP server: permissions granted and ended by its admin interface,
 * and the introducing thread posted by the introducer. Both connections stay open while there is
 * work. The introducer logs out when there is none for a few seconds, because its one node can be
 * logged in once only, and another worker may need it.
 *
 * Grants and ends can be repeated. A thread is posted once: it carries the row's id, comes back to
 * the introducer when the server has stored it, and settles its row before it leaves the queue
 * there. Who has read that queue to the end, and holds the only link to it, knows from the row
 * whether the thread was posted. */
#include <string.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/base/log.h"
#include "directory/domain/courier.h"
#include "directory/domain/introducing.h"
#include "directory/domain/tmtp_link.h"
#include "tmtp-link/client/introducer.h"

enum { TIMEOUT_MS = 4000, INTRODUCER_IDLE_MS = 3000 };

#define LEASE_S "20"

struct tools {
    const struct duty *duty;
    struct admin *admin;           /* NULL until it is needed */
    struct introducer *introducer; /* NULL unless it was needed lately */
    int64_t used_us;               /* monotonic: when it was used last */
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

static void grant(struct tools *t, struct work *w, const struct outbox_item *item,
                  struct courier_outcome *out)
{
    struct tmtp_error error = {0};

    (void)w;
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

    (void)w;
    conclude(admin_contact_delete(t->admin, text_of(item->action, "asker", "uid"),
                                  text_of(item->action, "asked", "uid"), &error),
             &error, out);
}

static void suspend(struct tools *t, struct work *w, const struct outbox_item *item,
                    struct courier_outcome *out)
{
    struct tmtp_error error = {0};

    (void)w;
    conclude(admin_user_suspend(t->admin, json_string_value(json_object_get(item->action, "uid")),
                                json_is_true(json_object_get(item->action, "suspended")), &error),
             &error, out);
}

static const char *told(void *mem, const struct session_receipt *receipt)
{
    return talloc_asprintf(mem, "{\"thread\": \"%s\", \"posted\": \"%s\"}", receipt->msgid,
                           receipt->posted);
}

/* A thread is in the introducer's queue: its row is done, if that was not known. */
static bool came_back(void *user, const char *ref, const struct session_receipt *receipt)
{
    const struct tools *t = user;
    struct work w;
    enum agora_status s = work_begin(&w, NULL, t->duty->db, t->duty->config);

    if (s == AGORA_OK)
        s = outbox_settle(&w, ref, told(w.mem, receipt));
    if (s != AGORA_OK)
        log_event(LOG_WARNING, "outbox_database", &w, "outbox", ref, "text", w.error.text, "detail",
                  w.error.detail, NULL);
    work_end(&w);
    return s == AGORA_OK;
}

static enum tmtp_result ready(struct tools *t, struct tmtp_error *error)
{
    const struct introducer_options options = {
        .credentials_path = t->duty->config->tmtp_introducer_credentials,
        .server = t->duty->config->tmtp_server,
        .timeout_ms = TIMEOUT_MS,
        .came_back = came_back,
        .user = t,
    };
    enum tmtp_result result = TMTP_OK;

    if (t->introducer == NULL)
        result = introducer_open(&options, &t->introducer, error);
    return result == TMTP_OK ? introducer_ready(t->introducer, error) : result;
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

    if (!introducing_write(w->mem, item->action, w->config->agora_base_url, &subject, &body)) {
        snprintf(out->problem, sizeof out->problem, "no memory");
        return;
    }
    enum tmtp_result result =
        introducer_post(t->introducer, members, subject, body, item->id, &receipt, &error);
    if (result == TMTP_OK)
        out->result = told(w->mem, &receipt);
    conclude(result, &error, out);
}

static void tell(struct tools *t, struct work *w, const struct outbox_item *item,
                 struct courier_outcome *out)
{
    struct tmtp_error error = {0};
    bool ours;
    enum tmtp_result result = ready(t, &error);

    if (result != TMTP_OK)
        conclude(result, &error, out);
    else if (outbox_keep(w, item->id, LEASE_S, &ours) != AGORA_OK)
        snprintf(out->problem, sizeof out->problem, "the database is away");
    else if (!ours)
        out->end = COURIER_GONE;
    else
        post(t, w, item, out);
    t->used_us = monotonic_us();
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
    struct tmtp_error error = {0};

    if (t->admin == NULL) {
        enum tmtp_result result = tmtp_link_open(t->duty->config, TIMEOUT_MS, &t->admin, &error);
        if (result != TMTP_OK) {
            conclude(result, &error, out);
            return;
        }
    }
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        if (strcmp(acts[i].kind, item->kind) == 0)
            acts[i].act(t, w, item, out);
}

static int rest(void *cls)
{
    struct tools *t = cls;

    if (t->introducer == NULL)
        return -1;
    int64_t idle_ms = (monotonic_us() - t->used_us) / 1000;
    if (idle_ms < INTRODUCER_IDLE_MS)
        return (int)(INTRODUCER_IDLE_MS - idle_ms);
    introducer_close(t->introducer);
    t->introducer = NULL;
    return -1;
}

void tmtp_courier_run(struct duty *duty)
{
    struct tools tools = {.duty = duty};
    const struct courier courier = {
        .kinds = OUTBOX_TMTP, .lease_s = LEASE_S, .act = act, .rest = rest, .tools = &tools};

    courier_work(duty, &courier);
    introducer_close(tools.introducer);
    admin_close(tools.admin);
}
