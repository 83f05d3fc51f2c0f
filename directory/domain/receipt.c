/* What a receipt states is put together by agora.receipt_make; here it gets its addresses and its
 * signature. It has no `aud` and a `typ` of its own, so that no server takes it for a sign-in. */
#include "directory/domain/receipt.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/base/config.h"
#include "directory/db/db.h"
#include "directory/domain/jose_verify.h"
#include "directory/domain/keys.h"

enum { SKEW_S = 300 };

/* The claims of the receipt, from what SQL says; takes nothing. */
static json_t *statement(struct work *w, const json_t *said)
{
    const char *base = w->config->agora_base_url;
    const char *handle = json_string_value(json_object_get(said, "handle"));
    const char *id = json_string_value(json_object_get(said, "jti"));
    json_t *claims =
        handle != NULL && id != NULL
            ? json_pack("{s:s,s:s++,s:s,s:{s:s++}}", "iss", base, "sub", base, "/m/", handle, "vct",
                        RECEIPT_VCT, "status", "uri", base, "/api/v1/receipts/", id)
            : NULL;

    if (claims != NULL && json_object_update_missing(claims, (json_t *)(uintptr_t)said) != 0) {
        json_decref(claims);
        claims = NULL;
    }
    json_object_del(claims, "handle");
    return claims;
}

static enum agora_status describe(struct work *w, const json_t *claims, const char *token,
                                  const char **json)
{
    char until[32];
    const char *base = w->config->agora_base_url;

    time_text(json_integer_value(json_object_get(claims, "exp")) * SECOND_US, until);
    json_t *o =
        json_pack("{s:O,s:s,s:s++,s:O,s:s}", "id", json_object_get(claims, "jti"), "receipt", token,
                  "page", base, "/receipt#", token, "status",
                  json_object_get(json_object_get(claims, "status"), "uri"), "expires_at", until);
    char *text = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
    *json = text != NULL ? talloc_strdup(w->mem, text) : NULL;
    free(text);
    json_decref(o);
    return *json != NULL ? AGORA_OK : work_out_of_memory(w);
}

enum agora_status receipt_make(struct work *w, const char *viewer, const char *claims,
                               const char *evidence, const char *days, const char **json)
{
    const char *text = NULL, *token = NULL;
    enum agora_status s = DB_JSON(w, QUERY_RECEIPT_MAKE, &text, viewer, claims, evidence, days);

    if (s != AGORA_OK)
        return s;
    json_t *said = json_loads(text, 0, NULL), *whole = statement(w, said);
    s = whole != NULL ? keys_sign(w, RECEIPT_TYP, whole, &token) : work_out_of_memory(w);
    if (s == AGORA_OK)
        s = describe(w, whole, token, json);
    json_decref(whole);
    json_decref(said);
    return s;
}

enum agora_status receipt_status(struct work *w, const char *id, const char **json)
{
    return DB_JSON(w, QUERY_RECEIPT_STATUS, json, id);
}

enum agora_status receipt_list(struct work *w, const char *viewer, const char **json)
{
    return DB_JSON(w, QUERY_RECEIPT_LIST, json, viewer);
}

enum agora_status receipt_end(struct work *w, const char *viewer, const char *id)
{
    return DB_RUN(w, QUERY_RECEIPT_END, NULL, viewer, id);
}

/* What is wrong with a statement that was rightly signed; NULL when nothing is. */
static const char *fault_of(const json_t *claims, int64_t now_s)
{
    const char *iss = json_string_value(json_object_get(claims, "iss"));
    const char *sub = json_string_value(json_object_get(claims, "sub"));
    const char *vct = json_string_value(json_object_get(claims, "vct"));
    const json_t *iat = json_object_get(claims, "iat"), *exp = json_object_get(claims, "exp");

    if (vct == NULL || strcmp(vct, RECEIPT_VCT) != 0)
        return "it is of another version";
    if (iss == NULL || *iss == '\0' || sub == NULL || strncmp(sub, iss, strlen(iss)) != 0 ||
        sub[strlen(iss)] != '/')
        return "it speaks of somebody else's member";
    if (!json_is_integer(iat) || !json_is_integer(exp))
        return "it has no times";
    if (json_integer_value(iat) > now_s + SKEW_S)
        return "it was made in the future";
    if (json_integer_value(exp) <= now_s)
        return "it has expired";
    return NULL;
}

enum agora_status receipt_verify(struct work *w, const char *token, const json_t *jwks,
                                 int64_t now_s, json_t **claims)
{
    json_t *said = NULL;
    enum jose_fault fault = jose_verify(token, RECEIPT_TYP, jwks, &said);
    const char *why = fault == JOSE_GOOD ? fault_of(said, now_s) : jose_fault_words(fault);

    if (why != NULL) {
        json_decref(said);
        return error_set(&w->error, AGORA_CONFLICT, NULL, "This receipt does not hold: %s.", why);
    }
    *claims = said;
    return AGORA_OK;
}
