/* For whoever is shown a receipt: no database and no configuration are needed, only the keys of the
 * organisation that made it. */
#include "directory/ctl/receipt.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/ctl/jwks.h"
#include "directory/domain/receipt.h"

static void print_text(const json_t *claims, const char *name, const char *words)
{
    const char *text = json_string_value(json_object_get(claims, name));

    if (text != NULL)
        printf("%s%s\n", words, text);
}

static void print_facts(const json_t *claims)
{
    json_t *facts = json_object_get(json_object_get(claims, "verified_claims"), "claims");

    for (void *at = json_object_iter(facts); at != NULL; at = json_object_iter_next(facts, at)) {
        char *text = json_dumps(json_object_iter_value(at), JSON_ENCODE_ANY | JSON_COMPACT);
        printf("  %s: %s\n", json_object_iter_key(at), text != NULL ? text : "?");
        free(text);
    }
}

static void print_receipt(const json_t *claims)
{
    char until[32];

    time_text(json_integer_value(json_object_get(claims, "exp")) * SECOND_US, until);
    print_text(claims, "iss", "This receipt is good. Issued by ");
    print_text(claims, "sub", "About ");
    print_text(claims, "sentence", "");
    print_facts(claims);
    printf("It holds until %s unless it was ended; ask %s\n", until,
           json_string_value(json_object_get(json_object_get(claims, "status"), "uri")));
}

/* Keys fetched from one site say nothing about a receipt by another. */
static enum agora_status check_issuer(struct work *w, const json_t *claims, const char *from)
{
    const char *iss = json_string_value(json_object_get(claims, "iss"));
    size_t len = strlen(iss);

    if (strstr(from, "://") == NULL || (strncmp(from, iss, len) == 0 && from[len] == '/'))
        return AGORA_OK;
    return error_set(&w->error, AGORA_CONFLICT, NULL,
                     "This receipt does not hold: it says that %s issued it, and the keys are from "
                     "elsewhere.",
                     iss);
}

enum agora_status ctl_receipt_verify(struct command_call *call)
{
    struct work *w = call->work;
    json_t *jwks = NULL, *claims = NULL;
    char *token;

    if (call->argc != 3 || strcmp(call->argv[1], "--jwks") != 0)
        return error_set(&w->error, AGORA_MALFORMED, NULL, NULL);
    const char *from = call->argv[2];
    enum agora_status s = jws_file_read(w, call->argv[0], &token);
    if (s == AGORA_OK)
        s = jwks_read(w, from, &jwks);
    if (s == AGORA_OK)
        s = receipt_verify(w, token, jwks, now_us() / SECOND_US, &claims);
    if (s == AGORA_OK)
        s = check_issuer(w, claims, from);
    if (s == AGORA_OK)
        print_receipt(claims);
    json_decref(claims);
    json_decref(jwks);
    return s;
}
