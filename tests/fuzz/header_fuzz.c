/*
 * Headers and inner headers of any text: every text they point at must be readable to its end.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/wire/header.h"
#include "tmtp-link/wire/inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint8_t sink;

/* Read every octet, so that the sanitizer sees one that is not there. */
static void touch(struct tmtp_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        sink ^= (uint8_t)text.at[i];
    }
}

static void touch_list(const struct tmtp_for_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        touch(list->items[i].id);
    }
}

static void try_header(const char *text, size_t size)
{
    struct tmtp_header header;

    if (header_parse(text, size, &header)) {
        const struct tmtp_text texts[] = {
            header.op_name,
            header.id,
            header.uid,
            header.gid,
            header.node,
            header.newnode,
            header.newalias,
            header.from,
            header.to,
            header.act,
            header.type,
            header.name,
            header.nodeid,
            header.alias,
            header.info,
            header.error,
            header.msgid,
            header.posted,
            header.postid,
            header.oidc.token_type,
            header.oidc.scope,
            header.oidc.access_token,
            header.oidc.id_token,
            header.oidc.refresh_token,
        };

        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            touch(texts[i]);
        }
        touch_list(&header.for_);
        touch_list(&header.notefor);
        if (header.datalen < 0 || header.notelen < 0 ||
            (header_is_request(&header) && header.datahead > header.datalen)) {
            abort();
        }
    }
    header_free(&header);
}

static void try_inner(const char *text, size_t size)
{
    struct inner inner;
    struct inner_cc cc;

    if (inner_parse(text, size, &inner)) {
        for (size_t i = 0; inner_cc(&inner, i, &cc); i++) {
            sink ^= (uint8_t)(cc.who == NULL ? 0 : strlen(cc.who));
            sink ^= (uint8_t)(cc.whouid == NULL ? 0 : strlen(cc.whouid));
        }
    }
    inner_free(&inner);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_header((const char *)data, size);
    try_inner((const char *)data, size);
    return 0;
}
