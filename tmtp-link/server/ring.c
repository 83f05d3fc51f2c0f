/*
 * The ring of the log's parts. One part is written to until it is full, then the next, if that is
 * empty; where it is not yet, the part grows on. Parts that are not written to are swept: what
 * nodes have not read is moved away in steps, and at the end the part is emptied.
 */
#include "tmtp-link/server/ring.h"

#include <stdlib.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/loop.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"

#define STEP_US  INT64_C(20000)   /* between steps of a sweep */
#define AGAIN_US INT64_C(1000000) /* to a part that somebody else holds */

enum {
    SLOTS = 4,
    SLOT_OCTETS = 64 << 20,
    STEP_ROWS = 2000, /* looked at in a step: about two milliseconds */
};

struct ring {
    struct server *server;
    int16_t current;
    bool filled[SLOTS];
    size_t rows, octets; /* written to the current one */
    struct timer timer;
    bool sweeping; /* a step is in the store */
    struct {
        int16_t slot;
        int64_t node, id; /* last row looked at */
    } at;
};

struct step {
    struct request request;
    struct ring *ring;
};

static void submit(struct ring *ring, struct store *store, const struct request_kind *kind)
{
    struct step *step = calloc(1, sizeof *step);

    if (step == NULL) {
        loop_after(ring->server->loop, &ring->timer, AGAIN_US);
        return;
    }
    step->request.kind = kind;
    step->ring = ring;
    ring->sweeping = true;
    store_submit(store, &step->request);
}

static struct ring *finish(struct request *const list[])
{
    struct step *step = CONTAINER(list[0], struct step, request);
    struct ring *ring = step->ring;

    ring->sweeping = false;
    free(step);
    return ring;
}

/* --- which part is written to -------------------------------------------------------------- */

int16_t ring_slot(const struct ring *ring)
{
    return ring->current;
}

/* The oldest part that waits to be swept, or -1. */
static int16_t next_to_sweep(const struct ring *ring)
{
    for (int i = 1; i < SLOTS; i++) {
        int16_t slot = (int16_t)((ring->current + i) % SLOTS);

        if (ring->filled[slot]) {
            return slot;
        }
    }
    return -1;
}

static void sweep_later(struct ring *ring, int64_t span_us)
{
    if (!ring->sweeping && next_to_sweep(ring) >= 0) {
        loop_after(ring->server->loop, &ring->timer, span_us);
    }
}

void ring_count(struct ring *ring, size_t rows, size_t octets)
{
    int16_t next = (int16_t)((ring->current + 1) % SLOTS);

    if ((ring->rows >= (size_t)ring->server->config->log_part || ring->octets >= SLOT_OCTETS) &&
        !ring->filled[next]) {
        ring->current = next;
        ring->rows = ring->octets = 0;
        sweep_later(ring, STEP_US);
    }
    ring->filled[ring->current] = true;
    ring->rows += rows;
    ring->octets += octets;
}

/* --- the state at the start ---------------------------------------------------------------- */

static void parts_write(struct params *params, struct request *const list[], size_t count)
{
    (void)params;
    (void)list;
    (void)count;
}

static void parts_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct ring *ring = finish(list);

    (void)count;
    for (int slot = 0; result != NULL && slot < SLOTS; slot++) {
        ring->filled[slot] = ring->filled[slot] || rows_bool(result, 0, slot);
    }
    sweep_later(ring, STEP_US);
}

const struct request_kind ring_parts_kind = {
    .name = "parts", .query = QUERY_PARTS, .most = 1, .write = parts_write, .settle = parts_settle};

/* --- sweeping ------------------------------------------------------------------------------ */

static void step_timer(struct timer *timer)
{
    struct ring *ring = CONTAINER(timer, struct ring, timer);
    int16_t slot = next_to_sweep(ring);

    if (slot < 0) {
        return;
    }
    if (slot != ring->at.slot) {
        ring->at.slot = slot;
        ring->at.node = ring->at.id = 0;
    }
    submit(ring, ring->server->acks, &ring_sweep_kind); /* what moves a queue's messages */
}

static void sweep_write(struct params *params, struct request *const list[], size_t count)
{
    const struct ring *ring = CONTAINER(list[0], struct step, request)->ring;

    (void)count;
    params_int2(params, ring->at.slot);
    params_int8(params, ring->at.node);
    params_int8(params, ring->at.id);
    params_int4(params, STEP_ROWS);
}

/* Row: last node and id looked at, both null at the end of the part; whether it was emptied. */
static void sweep_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct ring *ring = finish(list);
    bool moved = result != NULL && !rows_null(result, 0, 0);
    bool emptied = result != NULL && rows_bool(result, 0, 2);

    (void)count;
    if (moved) {
        ring->at.node = rows_int8(result, 0, 0);
        ring->at.id = rows_int8(result, 0, 1);
    } else if (emptied) {
        ring->filled[ring->at.slot] = false;
        ring->at.node = ring->at.id = 0;
    }
    sweep_later(ring, moved || emptied ? STEP_US : AGAIN_US);
}

const struct request_kind ring_sweep_kind = {
    .name = "sweep", .query = QUERY_SWEEP, .most = 1, .write = sweep_write, .settle = sweep_settle};

/* --- the whole ----------------------------------------------------------------------------- */

struct ring *ring_new(struct server *server)
{
    struct ring *ring = calloc(1, sizeof *ring);

    if (ring != NULL) {
        ring->server = server;
        ring->timer.fire = step_timer;
        ring->at.slot = -1;
        submit(ring, server->store, &ring_parts_kind);
    }
    return ring;
}

void ring_free(struct ring *ring)
{
    if (ring != NULL) {
        loop_cancel(ring->server->loop, &ring->timer);
        free(ring);
    }
}
