/*
 * What each request must have: the table of docs/tmtp.md, section 3, as one.
 */
#include <stddef.h>

#include "tmtp-link/wire/header.h"

/* Bits of the fields that an op requires. */
enum need {
    NEED_ID = 1,
    NEED_UID = 2,
    NEED_NODE = 4,
    NEED_NEWNODE = 8,
    NEED_NEWALIAS = 16,
    NEED_FROM = 32,
    NEED_TO = 64,
    NEED_GID = 128,
    NEED_TYPE = 256,
    NEED_ACT = 512,
    NEED_FOR = 1024,
    NEED_DATA = 2048,
    MAY_HAVE_DATA = 4096,
};

static const unsigned needs[TMTP_OP_END] = {
    [TMTP_REV] = NEED_ID,
    [TMTP_REGISTER] = NEED_NEWNODE | NEED_NEWALIAS,
    [TMTP_LOGIN] = NEED_UID | NEED_NODE,
    [TMTP_USER_EDIT] = NEED_ID,
    [TMTP_OHI_EDIT] = NEED_ID | NEED_FOR | NEED_TYPE,
    [TMTP_GROUP_INVITE] = NEED_ID | NEED_GID | NEED_FROM | NEED_TO | MAY_HAVE_DATA,
    [TMTP_GROUP_EDIT] = NEED_ID | NEED_ACT | NEED_GID,
    [TMTP_POST] = NEED_ID | NEED_FOR | NEED_DATA,
    [TMTP_POST_NOTIFY] = NEED_ID | NEED_FOR | NEED_DATA,
    [TMTP_PING] = NEED_ID | NEED_FROM | NEED_TO | MAY_HAVE_DATA,
    [TMTP_ACK] = NEED_ID | NEED_TYPE,
    [TMTP_PULSE] = 0,
    [TMTP_QUIT] = 0,
};

/* Texts that a bit asks for must be there and not empty. */
static bool texts_ok(const struct tmtp_header *h, unsigned need)
{
    const struct {
        unsigned bit;
        size_t len;
    } texts[] = {
        {NEED_ID, h->id.len},           {NEED_UID, h->uid.len},           {NEED_NODE, h->node.len},
        {NEED_NEWNODE, h->newnode.len}, {NEED_NEWALIAS, h->newalias.len}, {NEED_FROM, h->from.len},
        {NEED_TO, h->to.len},           {NEED_GID, h->gid.len},           {NEED_TYPE, h->type.len},
        {NEED_ACT, h->act.len},
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if ((need & texts[i].bit) != 0 && texts[i].len == 0) {
            return false;
        }
    }
    return true;
}

static bool data_ok(const struct tmtp_header *h, unsigned need)
{
    if (h->datahead > h->datalen || h->notehead > h->notelen) {
        return false;
    }
    if (h->datalen == 0) {
        return (need & NEED_DATA) == 0;
    }
    return (need & (NEED_DATA | MAY_HAVE_DATA)) != 0;
}

static bool recipients_ok(int op, const struct tmtp_for_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        int64_t type = list->items[i].type;

        if (list->items[i].id.len == 0 ||
            (op != TMTP_OHI_EDIT && (type < TMTP_FOR_UID || type > TMTP_FOR_GROUP_NOT_SELF))) {
            return false;
        }
    }
    return true;
}

/* What depends on a word within the request. */
static bool words_ok(const struct tmtp_header *h)
{
    if (h->op == TMTP_USER_EDIT) {
        return (h->newnode.len == 0) != (h->newalias.len == 0);
    }
    if (h->op == TMTP_OHI_EDIT) {
        return h->for_.count > 0 &&
               (tmtp_text_is(h->type, "add") || tmtp_text_is(h->type, "drop") ||
                tmtp_text_is(h->type, "init"));
    }
    if (h->op == TMTP_GROUP_EDIT) {
        return tmtp_text_is(h->act, "join") ||
               (tmtp_text_is(h->act, "alias") && h->newalias.len > 0) ||
               (tmtp_text_is(h->act, "drop") && h->to.len > 0);
    }
    return true;
}

bool header_is_request(const struct tmtp_header *h)
{
    unsigned need;

    if (h->op < 0 || h->op >= TMTP_OP_END) {
        return false;
    }
    need = needs[h->op];
    return texts_ok(h, need) && data_ok(h, need) && ((need & NEED_FOR) == 0 || h->for_.given) &&
           recipients_ok(h->op, &h->for_) && recipients_ok(h->op, &h->notefor) && words_ok(h);
}
