/*
 * A short list in order; each item is one allocation with its octets behind it.
 */
#include "tmtp-link/server/pending.h"

#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/deliver.h"

struct pending_item {
    struct pending_item *next;
    struct deliver_message message;
    char octets[];
};

static struct pending_item *item_new(const struct deliver_message *message)
{
    struct pending_item *item = malloc(sizeof *item + message->header_len + message->data_len);

    if (item == NULL) {
        return NULL;
    }
    item->message = *message;
    item->message.header = item->octets;
    item->message.data = item->octets + message->header_len;
    memcpy(item->octets, message->header, message->header_len);
    if (message->data_len > 0) {
        memcpy(item->octets + message->header_len, message->data, message->data_len);
    }
    return item;
}

static bool goes_before(const struct deliver_message *a, const struct deliver_message *b)
{
    return a->first != b->first ? a->first : a->id < b->id;
}

static size_t octets_of(const struct deliver_message *message)
{
    return message->header_len + message->data_len;
}

void pending_add(struct pending *pending, const struct deliver_message *message)
{
    bool full = pending->more || pending->count == PENDING_MAX ||
                pending->octets + octets_of(message) > PENDING_OCTETS_MAX;
    struct pending_item **place = &pending->head;
    struct pending_item *item;

    while (*place != NULL && !goes_before(message, &(*place)->message)) {
        place = &(*place)->next;
    }
    if (full && *place == NULL) {
        pending->more = true; /* it is behind all that is kept */
        return;
    }
    item = full ? NULL : item_new(message);
    if (item == NULL) { /* what is kept would be no beginning any more */
        pending_clear(pending);
        pending->more = true;
        return;
    }
    item->next = *place;
    *place = item;
    pending->count++;
    pending->octets += octets_of(message);
}

struct pending_item *pending_take(struct pending *pending, struct deliver_message *message)
{
    struct pending_item *item = pending->head;

    if (item != NULL) {
        pending->head = item->next;
        pending->count--;
        pending->octets -= octets_of(&item->message);
        *message = item->message;
    }
    return item;
}

void pending_clear(struct pending *pending)
{
    struct deliver_message message;

    while (pending->head != NULL) {
        free(pending_take(pending, &message));
    }
}
