/*
 * One pass over a header: key, value, key, value; nested values are stepped over by counting.
 */
#include "tmtp-link/command/bench_scan.h"

#include <string.h>

/* Where the scan is. */
struct scan {
    const char *at, *end;
};

/* Past a string, which begins with the quote here; NULL when it does not end. */
static bool string(struct scan *scan, struct bench_text *text)
{
    const char *begin = scan->at + 1;
    const char *at = begin;

    while (at < scan->end && *at != '"') {
        at += *at == '\\' ? 2 : 1;
    }
    if (at >= scan->end) {
        return false;
    }
    *text = (struct bench_text){begin, (size_t)(at - begin)};
    scan->at = at + 1;
    return true;
}

/* Past an object or array. */
static bool nested(struct scan *scan)
{
    struct bench_text unused;
    size_t depth = 0;

    do {
        char c = scan->at < scan->end ? *scan->at : '\0';

        if (c == '\0' || (c == '"' && !string(scan, &unused))) {
            return false;
        }
        if (c != '"') {
            scan->at++;
            depth += c == '{' || c == '[';
            depth -= c == '}' || c == ']';
        }
    } while (depth > 0);
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(struct scan *scan)
{
    while (scan->at < scan->end && is_space(*scan->at)) {
        scan->at++;
    }
}

/* Past a number or a word; its value when it is a whole number. */
static bool scalar(struct scan *scan, uint64_t *number)
{
    const char *begin = scan->at;
    bool whole = true;

    *number = 0;
    while (scan->at < scan->end && *scan->at != ',' && *scan->at != '}' && !is_space(*scan->at)) {
        whole = whole && *scan->at >= '0' && *scan->at <= '9';
        *number = *number * 10 + (uint64_t)(*scan->at++ - '0');
    }
    if (!whole || scan->at - begin > 18) {
        *number = UINT64_MAX; /* a mistake only where a number is wanted */
    }
    return scan->at > begin;
}

static bool value(struct scan *scan, struct bench_text *text, uint64_t *number)
{
    *text = (struct bench_text){0};
    *number = UINT64_MAX;
    skip_space(scan);
    if (scan->at == scan->end) {
        return false;
    }
    switch (*scan->at) {
    case '"':
        return string(scan, text);
    case '{':
    case '[':
        return nested(scan);
    default:
        return scalar(scan, number);
    }
}

bool bench_text_is(struct bench_text text, const char *expected)
{
    return text.len == strlen(expected) && memcmp(text.at, expected, text.len) == 0;
}

/* Keep what one key says; false when a number that is wanted is none. */
static bool keep(struct bench_text key, struct bench_text text, uint64_t number,
                 struct bench_header *header)
{
    if (bench_text_is(key, "op")) {
        header->op = text;
    } else if (bench_text_is(key, "id")) {
        header->id = text;
    } else if (bench_text_is(key, "uid")) {
        header->uid = text;
    } else if (bench_text_is(key, "error")) {
        header->error = text;
    } else if (bench_text_is(key, "datalen")) {
        header->datalen = number;
        return number != UINT64_MAX;
    } else if (bench_text_is(key, "datahead")) {
        header->datahead = number;
        return number != UINT64_MAX;
    }
    return true;
}

bool bench_scan(const char *json, size_t len, struct bench_header *header)
{
    struct scan scan = {json, json + len};
    char next = '{';

    *header = (struct bench_header){0};
    skip_space(&scan);
    while (scan.at < scan.end && *scan.at == next) {
        struct bench_text key, text;
        uint64_t number;

        scan.at++;
        skip_space(&scan);
        if (scan.at == scan.end || *scan.at != '"' || !string(&scan, &key)) {
            break;
        }
        skip_space(&scan);
        if (scan.at == scan.end || *scan.at++ != ':' || !value(&scan, &text, &number) ||
            !keep(key, text, number, header)) {
            return false;
        }
        skip_space(&scan);
        next = ',';
    }
    return scan.at < scan.end && *scan.at == '}';
}

bool bench_read_hex(const char *digits, size_t len, uint64_t *number)
{
    uint64_t made = 0;

    for (size_t i = 0; i < len; i++) {
        char c = digits[i];

        if (c >= '0' && c <= '9') {
            made = made << 4 | (uint64_t)(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            made = made << 4 | (uint64_t)(c - 'a' + 10);
        } else {
            return false;
        }
    }
    *number = made;
    return true;
}

void bench_write_hex(char *digits, size_t len, uint64_t number)
{
    while (len > 0) {
        digits[--len] = "0123456789abcdef"[number & 15];
        number >>= 4;
    }
}
