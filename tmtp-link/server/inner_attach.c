/*
 * Attachments follow the body, one after the other; their sizes are all that tells them apart. The
 * stock client makes a file of each while it reads, and dies when it can't.
 */
#include <string.h>
#include <strings.h>

#include "tmtp-link/server/inner_keys.h"
#include "tmtp-link/server/inner_reading.h"

enum {
    ATTACH_MAX = 100, /* that client has all of them open at a time */
    NAME_MIN = 2,     /* it cuts off a tag of two octets, such as "u:" */
    NAME_MAX = 230,   /* octets, escaped: a file's name has 255 with what that client adds */
};

static bool check_name(struct inner_reading *reading, size_t index, const char *name)
{
    if (name == NULL || strlen(name) < NAME_MIN || inner_escaped(name) > NAME_MAX) {
        return inner_complain(reading, "attach entry %zu needs a name of %d to %d octets",
                              index + 1, NAME_MIN, NAME_MAX);
    }
    for (size_t i = 0; i < index; i++) {
        const char *other =
            json_string_value(json_get_nocase(json_array_get(reading->inner.attach, i), "name"));

        if (strcasecmp(other, name) == 0) {
            return inner_complain(reading, "attach entry %zu has the name of another", index + 1);
        }
    }
    return true;
}

static bool check_attach(struct inner_reading *reading)
{
    json_t *list = reading->inner.attach;
    size_t count = json_array_size(list);
    int64_t left = reading->room;

    if (count > ATTACH_MAX) {
        return inner_complain(reading, "attach must have %d entries at most", ATTACH_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        json_t *item = json_array_get(list, i);
        const char *fault = inner_keys_fault(item, INNER_ATTACH);
        const char *name = json_string_value(json_get_nocase(item, "name"));
        const char *ffn = json_string_value(json_get_nocase(item, "ffn"));
        int64_t size = json_integer_value(json_get_nocase(item, "size"));

        if (fault != NULL) {
            return inner_complain(reading, "attach entry %zu %s", i + 1, fault);
        }
        if (!check_name(reading, i, name)) {
            return false;
        }
        if (ffn != NULL && inner_escaped(ffn) > NAME_MAX) {
            return inner_complain(reading, "attach entry %zu: ffn is too long", i + 1);
        }
        if (size > left || (size == 0 && strncmp(name, "r:", 2) == 0)) {
            return inner_complain(reading, "attach sizes must fit the data");
        }
        left -= size;
    }
    return true;
}

/* The stock client keeps all but cc with the message, in 64 KiB of its own spelling. */
static bool check_written(struct inner_reading *reading)
{
    static const char *const texts[] = {"alias", "subject", "confirmposted"};
    static const char *const attached[] = {"name", "ffn", "ffkey"};
    json_t *json = reading->inner.json;
    size_t len = INNER_HEADER_ROOM;
    size_t i;
    json_t *item;

    for (i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = json_string_value(json_get_nocase(json, texts[i]));

        len += text == NULL ? 0 : inner_written(text);
    }
    json_array_foreach(reading->inner.attach, i, item)
    {
        len += 80; /* keys and the size */
        for (size_t k = 0; k < sizeof attached / sizeof *attached; k++) {
            const char *text = json_string_value(json_get_nocase(item, attached[k]));

            len += text == NULL ? 0 : inner_written(text);
        }
    }
    return len <= TMTP_INNER_MAX ||
           inner_complain(reading,
                          "subject and attach must be 60 KiB at most, with <, > and & as six");
}

bool inner_attach_ok(struct inner_reading *reading)
{
    return check_attach(reading) && check_written(reading);
}
