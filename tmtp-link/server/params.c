/*
 * An array in binary form: number of dimensions (1), whether nulls may be among the items (1),
 * type, number of items, first subscript (1), then each item with its length before it, -1 for
 * null.
 */
#include "tmtp-link/server/params.h"

#include <endian.h>
#include <limits.h>
#include <string.h>

static void add(struct params *params, const void *data, size_t len)
{
    if (!buffer_add(&params->octets, data, len) || buffer_len(&params->octets) > INT_MAX) {
        params->failed = true;
    }
}

static void add_int4(struct params *params, int32_t value)
{
    uint32_t big = htobe32((uint32_t)value);

    add(params, &big, sizeof big);
}

static void add_int8(struct params *params, int64_t value)
{
    uint64_t big = htobe64((uint64_t)value);

    add(params, &big, sizeof big);
}

/* A further parameter, of which @a len octets follow. */
static void begin(struct params *params, bool null, size_t len)
{
    int i = params->count;

    if (i == PARAMS_MAX) {
        params->failed = true;
        return;
    }
    params->count++;
    params->nulls[i] = null;
    params->starts[i] = buffer_len(&params->octets);
    params->ends[i] = params->starts[i] + len;
}

void params_null(struct params *params)
{
    begin(params, true, 0);
}

void params_bool(struct params *params, bool value)
{
    begin(params, false, 1);
    const char octet = value ? 1 : 0;

    add(params, &octet, 1);
}

void params_int2(struct params *params, int16_t value)
{
    uint16_t big = htobe16((uint16_t)value);

    begin(params, false, sizeof value);
    add(params, &big, sizeof big);
}

void params_int4(struct params *params, int32_t value)
{
    begin(params, false, sizeof value);
    add_int4(params, value);
}

void params_int8(struct params *params, int64_t value)
{
    begin(params, false, sizeof value);
    add_int8(params, value);
}

void params_octets(struct params *params, const void *data, size_t len)
{
    begin(params, data == NULL, len);
    if (data != NULL) {
        add(params, data, len);
    }
}

void params_text(struct params *params, const char *text)
{
    params_octets(params, text, text == NULL ? 0 : strlen(text));
}

void params_array(struct params *params, enum params_type type, size_t count)
{
    begin(params, false, 0);
    add_int4(params, count == 0 ? 0 : 1);
    add_int4(params, 1);
    add_int4(params, (int32_t)type);
    if (count > 0) {
        add_int4(params, (int32_t)count);
        add_int4(params, 1);
    }
    if (params->count > 0) {
        params->ends[params->count - 1] = buffer_len(&params->octets);
    }
}

/* An item's length and octets, which also make the array's parameter longer. */
static void item(struct params *params, const void *data, int32_t len)
{
    add_int4(params, len);
    if (len > 0) {
        add(params, data, (size_t)len);
    }
    params->ends[params->count - 1] = buffer_len(&params->octets);
}

void params_item(struct params *params, const void *data, size_t len)
{
    item(params, data, data == NULL ? -1 : (int32_t)len);
}

void params_item_int8(struct params *params, int64_t value)
{
    uint64_t big = htobe64((uint64_t)value);

    item(params, &big, sizeof big);
}

void params_item_bool(struct params *params, bool value)
{
    const char octet = value ? 1 : 0;

    item(params, &octet, 1);
}

bool params_ok(struct params *params)
{
    const char *octets = params->octets.at == NULL ? "" : params->octets.at;

    for (int i = 0; i < params->count && !params->failed; i++) {
        params->values[i] = params->nulls[i] ? NULL : octets + params->starts[i];
        params->lengths[i] = (int)(params->ends[i] - params->starts[i]);
        params->formats[i] = 1;
    }
    return !params->failed;
}

void params_free(struct params *params)
{
    buffer_free(&params->octets);
    params->count = 0;
    params->failed = false;
}
