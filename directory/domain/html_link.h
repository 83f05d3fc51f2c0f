/* Links on a page that somebody else wrote: <a rel href> and <link rel href>, and nothing else of
 * HTML. One pass over octets that may be anything, without recursion; what is no tag is skipped. */
#ifndef AGORA_DOMAIN_HTML_LINK_H
#define AGORA_DOMAIN_HTML_LINK_H

#include <stdbool.h>
#include <stddef.h>

enum {
    HTML_LINK_MAX = 2000
}; /* octets of an attribute that are looked at; longer ones never match */

/**
 * Whether a page has a link of a relation to an address.
 *
 * The text of comments, scripts, styles, templates, titles and text areas is no link. Attribute
 * values may be quoted either way or not at all; &amp; and its like are read.
 *
 * @param html  octets of the page, which may hold NULs
 * @param len   how many
 * @param rel   relation, one word in lower case: "me"
 * @param same  tells whether an address, as written, is the one that is looked for
 * @param which handed to @a same
 */
bool html_links_to(const char *html, size_t len, const char *rel,
                   bool (*same)(const char *href, const void *which), const void *which);

#endif
