/* Sends the e-mails of the outbox. What an e-mail may say was decided when it was queued. */
#include <stdio.h>

#include "directory/domain/courier.h"
#include "directory/domain/mail.h"

static void act(void *tools, struct work *w, const struct outbox_item *item,
                struct courier_outcome *out)
{
    const struct mail m = {
        .to = json_string_value(json_object_get(item->action, "to")),
        .subject = json_string_value(json_object_get(item->action, "subject")),
        .text = json_string_value(json_object_get(item->action, "text")),
        .unsubscribe = json_string_value(json_object_get(item->action, "unsubscribe")),
    };

    (void)tools;
    if (m.to == NULL || m.subject == NULL || m.text == NULL) {
        out->end = COURIER_NEVER;
        snprintf(out->problem, sizeof out->problem, "the row has no address, subject or text");
        return;
    }
    switch (mail_send(w, &m, item->id)) {
    case AGORA_OK:
        out->end = COURIER_DONE;
        return;
    case AGORA_INVALID_FIELD:
        out->end = COURIER_NEVER;
        break;
    default:
        out->end = COURIER_AGAIN;
        break;
    }
    snprintf(out->problem, sizeof out->problem, "%s",
             w->error.detail[0] != '\0' ? w->error.detail : w->error.text);
}

void mail_courier_run(struct duty *duty)
{
    const struct courier courier = {.kinds = OUTBOX_MAIL, .lease_s = "60", .act = act};

    courier_work(duty, &courier);
}
