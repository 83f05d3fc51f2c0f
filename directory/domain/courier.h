/* A courier carries out one group of outbox rows after the other: claim, act, settle. What an act
 * is it does not know. Inside the worker only. */
#ifndef AGORA_DOMAIN_COURIER_H
#define AGORA_DOMAIN_COURIER_H

#include "directory/domain/duty.h"
#include "directory/domain/outbox.h"

enum courier_end {
    COURIER_DONE,
    COURIER_AGAIN, /* the other side is away or busy: try again later */
    COURIER_NEVER, /* the other side says no, and will say it again */
    COURIER_GONE   /* the row is not ours any more: it was settled, or taken by another worker */
};

/* What came of an act. */
struct courier_outcome {
    enum courier_end end;
    const char *result; /* JSON text kept with a row that is done, owned by w->mem, or NULL */
    char problem[1024]; /* why not, a sentence for the admin and the log; holds no uid */
};

/* What a courier is made of. */
struct courier {
    const char *kinds;   /* OUTBOX_MAIL or OUTBOX_TMTP */
    const char *lease_s; /* seconds a row is ours, more than an act takes; as text */
    /** Act on a row. Repeating it must do no harm. */
    void (*act)(void *tools, struct work *w, const struct outbox_item *item,
                struct courier_outcome *out);
    /** Called before a row is looked for; NULL for nothing. @return whether one can be acted on now
     */
    bool (*attend)(void *tools);
    /** Called when nothing is due; NULL for nothing. @return ms after which to go on, or -1 */
    int (*rest)(void *tools);
    /** A descriptor that ends the sleep by becoming readable, or -1; NULL for none. */
    int (*fd)(void *tools);
    void *tools;
};

/** Work until the duty is over. */
void courier_work(struct duty *duty, const struct courier *courier);

#endif
