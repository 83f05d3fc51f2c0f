/* What the outbox wants of the TMTP server: permissions granted and ended by its admin interface,
 * and the introducing thread posted by the introducer. Both connections stay open while there is
 * work. The introducer logs out when there is none for a few seconds, because its one node can be
 * logged in once only, and another worker may need it. */
#include <string.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/base/log.h"
#include "directory/domain/courier.h"
#include "directory/domain/introducing.h"
#include "directory/domain/tmtp_link.h"
#include "tmtp-link/client/introducer.h"

enum { TIMEOUT_MS = 4000, INTRODUCER_IDLE_MS = 3000 };

struct tools {
    const struct config *config;
    struct admin *admin;           /* NULL until it is needed */
    struct introducer *introducer; /* NULL unless it was needed lately */
    int64_t posted_us;             /* monotonic: when it was used last */
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

static void tell(struct tools *t, struct work *w, const struct outbox_item *item,
                 struct courier_outcome *out)
{
    struct tmtp_error error = {0};
    struct session_receipt receipt;
    enum tmtp_result result = TMTP_OK;
    char *subject, *body;
    const struct inner_person members[2] = {
        {text_of(item->action, "asker", "alias"), text_of(item->action, "asker", "uid")},
        {text_of(item->action, "asked", "alias"), text_of(item->action, "asked", "uid")},
    };

    if (!introducing_write(w->mem, item->action, t->config->agora_base_url, &subject, &body)) {
        snprintf(out->problem, sizeof out->problem, "no memory");
        return;
    }
    if (t->introducer == NULL)
        result = introducer_open(t->config->tmtp_introducer_credentials, t->config->tmtp_server,
                                 NULL, TIMEOUT_MS, &t->introducer, &error);
    if (result == TMTP_OK)
        result = introducer_post(t->introducer, members, subject, body, &receipt, &error);
    t->posted_us = monotonic_us();
    if (result == TMTP_OK)
        out->result = talloc_asprintf(w->mem, "{\"thread\": \"%s\", \"posted\": \"%s\"}",
                                      receipt.msgid, receipt.posted);
    conclude(result, &error, out);
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
        enum tmtp_result result = tmtp_link_open(t->config, TIMEOUT_MS, &t->admin, &error);
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
    int64_t idle_ms = (monotonic_us() - t->posted_us) / 1000;
    if (idle_ms < INTRODUCER_IDLE_MS)
        return (int)(INTRODUCER_IDLE_MS - idle_ms);
    introducer_close(t->introducer);
    t->introducer = NULL;
    return -1;
}

void tmtp_courier_run(struct duty *duty)
{
    struct tools tools = {.config = duty->config};
    const struct courier courier = {
        .kinds = OUTBOX_TMTP, .lease_s = "20", .act = act, .rest = rest, .tools = &tools};

    courier_work(duty, &courier);
    introducer_close(tools.introducer);
    admin_close(tools.admin);
}
