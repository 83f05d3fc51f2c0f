/*
 * OhiEdit. The database says who of those named may be told; the list itself is in memory, and
 * changes when that has been said.
 *
 * `init` is the list that a client sends again after each login, and may be older than the end of a
 * contact: those who may be told are, although its `ack` has an error then. `drop` needs no
 * permission, since one must be able to take a former contact off; who may not be told does not
 * learn of that either.
 */
#include "tmtp-link/server/ohi.h"

#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/outgoing.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/people.h"
#include "tmtp-link/server/presence.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/session.h"
#include "tmtp-link/server/text.h"
#include "tmtp-link/wire/base32.h"

#define STRING(number) #number
#define TEXT(number)   STRING(number)

struct ohi {
    struct request request;
    struct link *link;
    struct tmtp_header header;
    int64_t account;
    bool drop, init;
    struct outgoing own; /* `ohiedit` to one's own nodes; none for init */
};

static void ohi_free(struct ohi *ohi)
{
    header_free(&ohi->header);
    outgoing_free(&ohi->own);
    free(ohi);
}

static struct people *people_of(const struct link *link)
{
    return presence_people(link->server->presence);
}

/* A uid of the request as people.h takes it. */
static const char *uid_of(const struct tmtp_for *item, char uid[TMTP_UID_LEN + 1])
{
    memcpy(uid, item->id.at, TMTP_UID_LEN);
    uid[TMTP_UID_LEN] = '\0';
    return uid;
}

/* --- the request --------------------------------------------------------------------------- */

/* What is wrong with the names, or NULL: one that is no uid is nobody's, and lists have an end. */
static const char *names_fault(const struct link *link, char refusal[TEXT_REFUSAL_SIZE])
{
    const struct tmtp_for_list *names = &link->header->for_;
    size_t count = link->person->tells.count;
    char uid[TMTP_UID_LEN + 1];

    if (names->count > TMTP_OHI_MAX) {
        return "at most " TEXT(TMTP_OHI_MAX) " users at a time";
    }
    for (size_t i = 0; i < names->count; i++) {
        struct tmtp_text name = names->items[i].id;

        if (name.len != TMTP_UID_LEN || !base32_is_uid(name.at, name.len)) {
            text_refusal("not introduced to", name, refusal);
            return refusal;
        }
        count += !people_tells(people_of(link), link->person, uid_of(&names->items[i], uid));
    }
    return count > TMTP_OHI_MAX && !tmtp_text_is(link->header->type, "drop")
               ? "at most " TEXT(TMTP_OHI_MAX) " users can be told of your presence"
               : NULL;
}

/* `ohiedit`, with the keys of an item as the stock server writes them. */
static bool make_own(struct ohi *ohi)
{
    const struct tmtp_for_list *names = &ohi->header.for_;
    json_t *header = outgoing_begin(&ohi->own, ohi->link, "ohiedit");
    json_t *list = json_array();

    for (size_t i = 0; i < names->count; i++) {
        const struct tmtp_for *item = &names->items[i];

        json_array_append_new(list, json_pack("{s:s%, s:I}", "Id", item->id.at, item->id.len,
                                              "Type", (json_int_t)item->type));
    }
    json_object_set_new(header, "for", list);
    outgoing_set_text(header, "type", ohi->header.type);
    return outgoing_seal(&ohi->own, header);
}

void ohi_edit(struct link *link)
{
    char refusal[TEXT_REFUSAL_SIZE];
    const char *fault = names_fault(link, refusal);
    struct ohi *ohi;

    if (fault != NULL) {
        session_ack(link, link->header->id.at, link->header->id.len, fault);
        return;
    }
    ohi = calloc(1, sizeof *ohi);
    if (ohi == NULL) {
        link_close(link, "no memory");
        return;
    }
    ohi->request.kind = &ohi_kind;
    ohi->link = link;
    ohi->account = link->account;
    ohi->header = session_take_header(link);
    ohi->drop = tmtp_text_is(ohi->header.type, "drop");
    ohi->init = tmtp_text_is(ohi->header.type, "init");
    if (!ohi->init && !make_own(ohi)) {
        ohi_free(ohi);
        link_close(link, "no memory");
        return;
    }
    session_submit(link, &ohi->request);
}

static void ohi_write(struct params *params, struct request *const list[], size_t count)
{
    const struct ohi *ohi = CONTAINER(list[0], struct ohi, request);
    const struct tmtp_for_list *names = &ohi->header.for_;

    (void)count;
    params_int8(params, ohi->account);
    params_array(params, PARAMS_TEXT, names->count);
    for (size_t i = 0; i < names->count; i++) {
        text_name_item(params, names->items[i].id);
    }
    params_bool(params, ohi->drop);
    params_bool(params, ohi->init);
    params_bool(params, ohi->link->server->config->open);
    params_int8(params, ohi->own.id);
    params_octets(params, ohi->own.frame, ohi->own.frame_len);
}

/* --- the answer ---------------------------------------------------------------------------- */

/* Take all those named off the list; changed[i] says whether item i was on it. */
static void drop_all(const struct ohi *ohi, struct person *person, bool changed[])
{
    const struct tmtp_for_list *names = &ohi->header.for_;
    char uid[TMTP_UID_LEN + 1];

    for (size_t i = 0; i < names->count; i++) {
        changed[i] = people_untell(people_of(ohi->link), person, uid_of(&names->items[i], uid));
    }
}

/* Change the list, and tell those who may know what that means for them. Rows in the order of
 * places: refused, place, node, own. */
static void apply(const struct ohi *ohi, struct person *person, const PGresult *result)
{
    const struct tmtp_for_list *names = &ohi->header.for_;
    bool *changed = calloc(names->count, sizeof *changed);
    size_t known = 0; /* places up to this are in `changed` */

    if (changed == NULL) {
        return; /* nobody is told anything */
    }
    if (ohi->drop) {
        drop_all(ohi, person, changed);
        known = names->count;
    }
    for (int row = 0; row < PQntuples(result) && !rows_null(result, row, 1); row++) {
        size_t place = (size_t)rows_int8(result, row, 1);
        char uid[TMTP_UID_LEN + 1];

        if (place > known) {
            known = place;
            changed[place - 1] =
                person->tells.count < TMTP_OHI_MAX &&
                people_tell(people_of(ohi->link), person, uid_of(&names->items[place - 1], uid));
        }
        if (changed[place - 1]) {
            presence_tell(ohi->link->server, rows_int8(result, row, 2), person->uid,
                          ohi->drop ? PRESENCE_OFF : PRESENCE_ON);
        }
    }
    free(changed);
}

static void ohi_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct ohi *ohi = CONTAINER(list[0], struct ohi, request);
    struct link *link = ohi->link;
    struct person *person = people_find(people_of(link), link->uid);
    char refusal[TEXT_REFUSAL_SIZE];
    const char *fault = result == NULL ? "it could not be stored" : NULL;

    (void)count;
    if (result != NULL && !rows_null(result, 0, 0)) {
        text_refusal("not introduced to", ohi->header.for_.items[rows_int8(result, 0, 0) - 1].id,
                     refusal);
        fault = refusal;
    }
    session_ack(link, ohi->header.id.at, ohi->header.id.len, fault);
    if (result != NULL && person != NULL && person->nodes > 0) { /* else all have left since */
        apply(ohi, person, result);
    }
    for (int row = 0; result != NULL && row < PQntuples(result); row++) {
        if (!rows_null(result, row, 3)) {
            outgoing_queued(&ohi->own, link->server, rows_int8(result, row, 3));
        }
    }
    ohi_free(ohi);
    session_answered(link);
}

const struct request_kind ohi_kind = {
    .name = "ohi", .query = QUERY_OHI_EDIT, .most = 1, .write = ohi_write, .settle = ohi_settle};
