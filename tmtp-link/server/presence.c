/*
 * Presence: who comes, who goes, and who is told. Order is what matters here: `ohi` off of one who
 * leaves is settled before anything a later link of the same user can ask for, since a batch runs
 * it first; and an OhiEdit is settled after the logins of its batch, so that one who logs in at the
 * same time is either in time for the `ohi`, or has it in their `info`.
 */
#include "tmtp-link/server/presence.h"

#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/enter.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/people.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"

struct presence {
    struct server *server;
    struct people *people;
    int64_t seen; /* events up to this are known; all of them until it has been asked once */
    bool looking; /* a look is in the store */
    bool again;   /* there may be more since it began */
};

struct presence *presence_new(struct server *server)
{
    struct presence *presence = calloc(1, sizeof *presence);

    if (presence == NULL || (presence->people = people_new()) == NULL) {
        free(presence);
        return NULL;
    }
    presence->server = server;
    presence->seen = INT64_MAX;
    return presence;
}

void presence_free(struct presence *presence)
{
    if (presence != NULL) {
        people_free(presence->people);
        free(presence);
    }
}

struct people *presence_people(const struct presence *presence)
{
    return presence->people;
}

static void say(struct link *link, const char *uid, enum presence_status status)
{
    link_answer(link, json_pack("{s:s, s:s, s:i}", "op", "ohi", "from", uid, "status", status));
}

void presence_tell(struct server *server, int64_t node, const char *uid,
                   enum presence_status status)
{
    struct link *link = enter_online(server, node);

    if (link != NULL) {
        say(link, uid, status);
    }
}

/* --- coming -------------------------------------------------------------------------------- */

bool presence_entered(struct link *link)
{
    link->person = people_arrive(link->server->presence->people, link->uid, link->account);
    return link->person != NULL;
}

void presence_login_write(struct params *params, const struct server *server, const char *uid)
{
    const struct person *person = people_find(server->presence->people, uid);
    size_t count = person == NULL ? 0 : person->told_by.count;

    params_array(params, PARAMS_INT8, count);
    for (size_t i = 0; i < count; i++) {
        params_item_int8(params, person->told_by.at[i]->account);
    }
    params_bool(params, server->config->open);
}

/* Whether a column in rising order has a number. */
static bool has(const PGresult *result, int column, int64_t number)
{
    int low = 0;
    int high = PQntuples(result);

    while (low < high) {
        int middle = low + (high - low) / 2;

        if (!rows_null(result, middle, column) && rows_int8(result, middle, column) < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < PQntuples(result) && rows_int8(result, low, column) == number;
}

void presence_greet(struct link *link, json_t *info, const PGresult *tellers, int column)
{
    const struct person_list *told_by = &link->person->told_by;
    json_t *ohi = json_array();
    size_t i = 0;

    for (; tellers != NULL && i < told_by->count && json_array_size(ohi) < TMTP_OHI_MAX; i++) {
        if (has(tellers, column, told_by->at[i]->account)) {
            json_array_append_new(ohi, json_string(told_by->at[i]->uid));
        }
    }
    if (json_array_size(ohi) > 0) {
        json_object_set(info, "ohi", ohi);
    }
    json_decref(ohi);
    link_answer(link, info);
    for (; tellers != NULL && link->person != NULL && i < told_by->count; i++) {
        if (has(tellers, column, told_by->at[i]->account)) {
            say(link, told_by->at[i]->uid, PRESENCE_ON); /* more than one header can hold */
        }
    }
}

/* --- going --------------------------------------------------------------------------------- */

/* A user has left: whom to tell, of those who are here. */
struct leave {
    struct request request;
    struct server *server;
    char uid[TMTP_UID_LEN + 1];
    int64_t account;
    size_t count;
    int64_t told[]; /* accounts */
};

static struct leave *leave_new(const struct link *link)
{
    const struct person *person = link->person;
    struct leave *leave = calloc(1, sizeof *leave + person->tells.count * sizeof *leave->told);

    if (leave == NULL) {
        return NULL;
    }
    leave->request.kind = &presence_leave_kind;
    leave->server = link->server;
    leave->account = person->account;
    memcpy(leave->uid, person->uid, sizeof leave->uid);
    for (size_t i = 0; i < person->tells.count; i++) {
        const struct person *told = person->tells.at[i];

        if (told->nodes > 0 && told != person) {
            leave->told[leave->count++] = told->account;
        }
    }
    return leave;
}

void presence_left(struct link *link)
{
    struct server *server = link->server;
    struct leave *leave = NULL;

    if (link->person->nodes == 1 && link->person->tells.count > 0) {
        leave = leave_new(link);
    }
    if (leave != NULL && leave->count > 0) {
        store_submit(server->store, &leave->request);
    } else {
        free(leave);
    }
    people_leave(server->presence->people, link->person);
    link->person = NULL;
}

static void leave_write(struct params *params, struct request *const list[], size_t count)
{
    const struct leave *leave = NULL;
    size_t total = 0;

    for (size_t i = 0; i < count; i++) {
        total += CONTAINER(list[i], struct leave, request)->count;
    }
    params_array(params, PARAMS_INT8, total);
    for (size_t i = 0; i < count; i++) {
        leave = CONTAINER(list[i], struct leave, request);
        for (size_t j = 0; j < leave->count; j++) {
            params_item_int8(params, leave->account);
        }
    }
    params_array(params, PARAMS_INT8, total);
    for (size_t i = 0; i < count; i++) {
        leave = CONTAINER(list[i], struct leave, request);
        for (size_t j = 0; j < leave->count; j++) {
            params_item_int8(params, leave->told[j]);
        }
    }
    params_bool(params, leave != NULL && leave->server->config->open);
}

/* Rows in the order of places: place, counted from 1 over all requests; node. */
static void leave_settle(struct request *const list[], size_t count, const PGresult *result)
{
    int64_t before = 0;
    int row = 0;

    for (size_t i = 0; i < count; i++) {
        struct leave *leave = CONTAINER(list[i], struct leave, request);
        int64_t last = before + (int64_t)leave->count;

        for (; result != NULL && row < PQntuples(result) && rows_int8(result, row, 0) <= last;
             row++) {
            presence_tell(leave->server, rows_int8(result, row, 1), leave->uid, PRESENCE_OFF);
        }
        before = last;
        free(leave);
    }
}

const struct request_kind presence_leave_kind = {.name = "ohi off",
                                                 .query = QUERY_PRESENCE_LEAVE,
                                                 .most = 16,
                                                 .write = leave_write,
                                                 .settle = leave_settle};

/* --- contacts that end --------------------------------------------------------------------- */

struct look {
    struct request request;
    struct presence *presence;
};

void presence_look(struct presence *presence)
{
    struct look *look = presence->looking ? NULL : calloc(1, sizeof *look);

    presence->again = presence->looking;
    if (look != NULL) {
        look->request.kind = &presence_parted_kind;
        look->presence = presence;
        presence->looking = true;
        store_submit(presence->server->store, &look->request);
    }
}

static void parted_write(struct params *params, struct request *const list[], size_t count)
{
    const struct presence *presence = CONTAINER(list[0], struct look, request)->presence;

    (void)count;
    params_int8(params, presence->seen);
    params_bool(params, presence->server->config->open);
}

/* The pairs of the result that are on a list come off it, and the one is told that the other is
 * not here: which is the last they hear. */
static void part(struct presence *presence, const PGresult *result)
{
    bool did = false;

    for (int row = 0; row < PQntuples(result) && !rows_null(result, row, 1); row++) {
        const char *sender = rows_text(result, row, 1);
        const char *target = rows_text(result, row, 2);
        struct person *from = people_find(presence->people, sender);

        if (row == 0 || strcmp(sender, rows_text(result, row - 1, 1)) != 0 ||
            strcmp(target, rows_text(result, row - 1, 2)) != 0) {
            did = from != NULL && people_untell(presence->people, from, target);
        }
        if (did) {
            presence_tell(presence->server, rows_int8(result, row, 3), sender, PRESENCE_OFF);
        }
    }
}

/* Rows: last event; sender and target, node of the target. */
static void parted_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct look *look = CONTAINER(list[0], struct look, request);
    struct presence *presence = look->presence;

    (void)count;
    free(look);
    presence->looking = false;
    if (result == NULL) {
        return;
    }
    part(presence, result);
    presence->seen = rows_int8(result, 0, 0);
    if (presence->again) {
        presence_look(presence);
    }
}

const struct request_kind presence_parted_kind = {.name = "parted",
                                                  .query = QUERY_PRESENCE_PARTED,
                                                  .most = 1,
                                                  .write = parted_write,
                                                  .settle = parted_settle};
