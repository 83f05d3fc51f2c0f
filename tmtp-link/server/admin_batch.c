/*
 * POST /v1/contacts:batch: up to 1,000 changes of contacts in one transaction. The shape of the
 * whole body is checked before anything is done; what an item asks for has an outcome of its own,
 * as if it were a call by itself.
 */
#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/admin_call.h"
#include "tmtp-link/server/admin_input.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/routes.h"
#include "tmtp-link/wire/base32.h"
#include "tmtp-link/wire/limits.h"

enum { CHANGES_MAX = 1000, KEY_MAX = 255, DIGEST_LEN = 32 };

/* One change; its texts belong to the body. */
struct change {
    const char *uids[2], *ref, *until, *first;
};

struct admin_batch {
    json_t *body;
    const char *key; /* lives with the connection's headers; NULL for none */
    uint8_t digest[DIGEST_LEN];
    struct change changes[CHANGES_MAX];
    size_t put_count, delete_count; /* first those to be put */
};

void admin_batch_free(struct admin_batch *batch)
{
    if (batch != NULL) {
        json_decref(batch->body);
        free(batch);
    }
}

bool admin_batch_has_end(const struct admin_batch *batch)
{
    for (size_t i = 0; i < batch->put_count; i++) {
        if (batch->changes[i].until != NULL) {
            return true;
        }
    }
    return false;
}

/* Ends first: a way that was forgotten without an end is not found again to be ended. */
void admin_batch_forget_routes(const struct admin_batch *batch, struct routes *routes)
{
    for (size_t i = batch->put_count + batch->delete_count; i-- > 0;) {
        const struct change *change = &batch->changes[i];

        routes_forget(routes, change->uids[0], change->uids[1], i >= batch->put_count);
    }
}

static bool is_uid(const json_t *value)
{
    return json_string_length(value) == TMTP_UID_LEN &&
           base32_is_uid(json_string_value(value), TMTP_UID_LEN);
}

static bool complain(struct admin_call *call, const char *where, const char *what)
{
    char detail[96];

    snprintf(detail, sizeof detail, "%s%s", where, what);
    admin_problem(call, MHD_HTTP_BAD_REQUEST, detail);
    return false;
}

/* One item of a list; false, and answered, when it is none. */
static bool read_change(struct admin_call *call, const json_t *item, const char *where,
                        const char *const names[], struct change *change)
{
    const json_t *uids = json_object_get(item, "uids");

    if (!input_known(item, names)) {
        return complain(call, where, " must be an object of known members");
    }
    if (json_array_size(uids) != 2 || !is_uid(json_array_get(uids, 0)) ||
        !is_uid(json_array_get(uids, 1))) {
        return complain(call, where, "uids must be two uids");
    }
    for (size_t i = 0; i < 2; i++) {
        change->uids[i] = json_string_value(json_array_get(uids, i));
    }
    return input_text(call, item, where, "ref", &change->ref) &&
           input_text(call, item, where, "until", &change->until) &&
           input_text(call, item, where, "first", &change->first);
}

/* A list of the body; false, and answered, when it is none or too long. */
static bool read_list(struct admin_call *call, struct admin_batch *batch, const char *name,
                      const char *const names[], size_t *count)
{
    const json_t *list = json_object_get(batch->body, name);
    struct change *changes = &batch->changes[batch->put_count];
    char where[32];
    const json_t *item;

    if (list == NULL) {
        return true;
    }
    if (!json_is_array(list) || json_array_size(list) > CHANGES_MAX - batch->put_count) {
        return complain(call, name, " must be a list; 1,000 changes at most in both together");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        item = json_array_get(list, i);
        snprintf(where, sizeof where, "%s/%zu/", name, i);
        if (!read_change(call, item, where, names, &changes[i])) {
            return false;
        }
    }
    *count = json_array_size(list);
    return true;
}

/* The key that makes repeating safe; false, and answered, when it is none. */
static bool read_key(struct admin_call *call, struct admin_batch *batch)
{
    const char *key =
        MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, "Idempotency-Key");
    size_t len = key == NULL ? 1 : strlen(key);

    for (size_t i = 0; key != NULL && i < len; i++) {
        if (isgraph((unsigned char)key[i]) == 0) {
            len = 0;
        }
    }
    if (len == 0 || len > KEY_MAX) {
        return complain(call, "Idempotency-Key", " must be 1 to 255 visible characters of ASCII");
    }
    batch->key = key;
    return true;
}

static void digest_body(const struct admin_call *call, uint8_t digest[DIGEST_LEN])
{
    const char *text = call->body.at == NULL ? "" : call->body.at + call->body.begin;

    if (EVP_Digest(text, buffer_len(&call->body), digest, NULL, EVP_sha256(), NULL) != 1) {
        abort(); /* as without it two requests could pass for one */
    }
}

void admin_batch_begin(struct admin_call *call, enum admin_kind kind)
{
    static const char *const lists[] = {"put", "delete", NULL};
    static const char *const put_names[] = {"uids", "ref", "until", "first", NULL};
    static const char *const delete_names[] = {"uids", NULL};
    struct admin_batch *batch = calloc(1, sizeof *batch);

    if (batch == NULL) {
        admin_problem(call, MHD_HTTP_SERVICE_UNAVAILABLE, "no memory");
        return;
    }
    call->batch = batch;
    batch->body = input_object(call, lists);
    if (batch->body != NULL && read_key(call, batch) &&
        read_list(call, batch, "put", put_names, &batch->put_count) &&
        read_list(call, batch, "delete", delete_names, &batch->delete_count)) {
        digest_body(call, batch->digest);
        admin_ask(call, kind);
    }
}

/* An array of one text of each change. */
static void write_texts(struct params *params, const struct change *changes, size_t count,
                        const char *(*text)(const struct change *change))
{
    params_array(params, PARAMS_TEXT, count);
    for (size_t i = 0; i < count; i++) {
        const char *item = text(&changes[i]);

        params_item(params, item, item == NULL ? 0 : strlen(item));
    }
}

static const char *one(const struct change *change)
{
    return change->uids[0];
}

static const char *other(const struct change *change)
{
    return change->uids[1];
}

static const char *ref(const struct change *change)
{
    return change->ref;
}

static const char *until(const struct change *change)
{
    return change->until;
}

static const char *first(const struct change *change)
{
    return change->first;
}

void admin_batch_write(struct params *params, struct request *const list[], size_t count)
{
    const struct admin_call *call = CONTAINER(list[0], struct admin_call, request);
    const struct admin_batch *batch = call->batch;
    const struct change *ends = &batch->changes[batch->put_count];

    (void)count;
    params_text(params, batch->key);
    params_octets(params, batch->digest, sizeof batch->digest);
    write_texts(params, batch->changes, batch->put_count, one);
    write_texts(params, batch->changes, batch->put_count, other);
    write_texts(params, batch->changes, batch->put_count, ref);
    write_texts(params, batch->changes, batch->put_count, until);
    write_texts(params, batch->changes, batch->put_count, first);
    write_texts(params, ends, batch->delete_count, one);
    write_texts(params, ends, batch->delete_count, other);
}
