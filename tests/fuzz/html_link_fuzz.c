/*
 * Pages of any octets: nothing is read beyond their end, and an address that is handed on is a text
 * of at most HTML_LINK_MAX octets.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "directory/domain/html_link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool look(const char *href, const void *which)
{
    (void)which;
    if (strlen(href) > HTML_LINK_MAX)
        abort();
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (html_links_to((const char *)data, size, "me", look, NULL))
        abort();
    return 0;
}
