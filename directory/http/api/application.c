/* Whoever asks here is a stranger: each answer is the same whether the address is known or not. */
#include "directory/http/api/application.h"

#include <string.h>

#include "directory/domain/account.h"
#include "directory/http/api/handler.h"
#include "directory/http/input.h"

enum agora_status application_create(struct request *rq, struct response *rs)
{
    struct application a = {.address = rq->address};
    const char *terms;
    const struct input_field fields[] = {
        {"email", INPUT_EMAIL, .required = true, .out = &a.email},
        {"password", INPUT_SECRET, .required = true, .min = 1, .max = 256, .out = &a.password},
        {"given_name", INPUT_TEXT, .required = true, .min = 1, .max = 100, .out = &a.given_name},
        {"family_name", INPUT_TEXT, .required = true, .min = 1, .max = 100, .out = &a.family_name},
        {"terms", INPUT_BOOL, .required = true, .out = &terms},
    };

    enum agora_status s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK && strcmp(terms, "true") != 0)
        s = error_set(&rq->work.error, AGORA_INVALID_FIELD, "/terms",
                      "Agree to the terms to apply.");
    if (s == AGORA_OK)
        s = account_apply(&rq->work, &a);
    return s == AGORA_OK ? handler_sent_to(rq, rs, a.email) : s;
}

enum agora_status application_confirm(struct request *rq, struct response *rs)
{
    struct code_try by = {.address = rq->address};
    const struct input_field fields[] = {
        {"email", INPUT_EMAIL, .required = true, .out = &by.email},
        {"code", INPUT_SECRET, .required = true, .min = 1, .max = 64, .out = &by.code},
    };

    enum agora_status s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = account_confirm(&rq->work, &by);
    rq->retry_after_s = by.wait_s;
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}

enum agora_status password_reset_create(struct request *rq, struct response *rs)
{
    const char *email;
    const struct input_field fields[] = {
        {"email", INPUT_EMAIL, .required = true, .out = &email},
    };

    enum agora_status s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = account_ask_reset(&rq->work, email, rq->address);
    return s == AGORA_OK ? handler_sent_to(rq, rs, email) : s;
}

enum agora_status password_reset_confirm(struct request *rq, struct response *rs)
{
    struct code_try by = {.address = rq->address};
    const char *password;
    const struct input_field fields[] = {
        {"email", INPUT_EMAIL, .required = true, .out = &by.email},
        {"code", INPUT_SECRET, .required = true, .min = 1, .max = 64, .out = &by.code},
        {"password", INPUT_SECRET, .required = true, .min = 1, .max = 256, .out = &password},
    };

    enum agora_status s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = account_reset(&rq->work, &by, password);
    rq->retry_after_s = by.wait_s;
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}
