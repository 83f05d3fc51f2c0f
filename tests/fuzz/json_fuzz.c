/*
 * JSON bodies of any octets against a table with a field of every type: what is let through keeps
 * to its limits, and the whole object that is handed on is the same JSON when it is read again.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/utf8.h"
#include "directory/http/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *mem = talloc_new(NULL);
    const char *text, *lines, *number, *list, *any, *object = NULL;
    bool given;
    const struct input_field fields[] = {
        {"t", INPUT_TEXT, .min = 1, .max = 8, .nullable = true, .out = &text, .given = &given},
        {"m", INPUT_MULTILINE, .max = 8, .out = &lines},
        {"n", INPUT_INT, .min = -5, .max = 5, .out = &number},
        {"l", INPUT_TEXT_LIST, .max = 4, .items = 3, .out = &list},
        {"j", INPUT_JSON, .out = &any},
        {"s", INPUT_SECRET, .out = NULL},
        {"e", INPUT_EMAIL, .out = NULL},
        {"b", INPUT_BOOL, .out = NULL},
        {"u", INPUT_UUID, .out = NULL},
        {"g", INPUT_LANG, .out = NULL},
        {"c", INPUT_COUNTRY, .out = NULL},
        {"d", INPUT_DATE, .out = NULL},
        {"h", INPUT_URL, .out = NULL},
        {"w", INPUT_CHOICE, .choices = "ask offer", .out = NULL},
    };
    struct request rq = {.work.mem = mem};

    rq.body = talloc_strndup(mem, (const char *)data, size);
    rq.body_len = strlen(rq.body);
    if (input_json_whole(&rq, fields, INPUT_COUNT(fields), &object) == AGORA_OK) {
        must(text == NULL || (utf8_length(text) <= 8 && text[0] != '\0' && !has_control(text)));
        must(lines == NULL || utf8_length(lines) <= 8);
        must(number == NULL || labs(strtol(number, NULL, 10)) <= 5);
        json_t *again = json_loads(object, JSON_REJECT_DUPLICATES, NULL);
        must(again != NULL);
        json_decref(again);
    } else {
        must(rq.work.error.status == AGORA_MALFORMED ||
             rq.work.error.status == AGORA_INVALID_FIELD);
        must(utf8_valid(rq.work.error.pointer, strlen(rq.work.error.pointer)));
    }
    talloc_free(mem);
    return 0;
}
