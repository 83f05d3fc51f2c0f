/* Percent-encoding, and the name=value&name=value form of queries and form bodies. */
#ifndef AGORA_HTTP_URLENCODED_H
#define AGORA_HTTP_URLENCODED_H

#include <stdbool.h>
#include <stddef.h>

#include "directory/base/error.h"
#include "directory/http/request.h"

enum { PAIRS_MAX = 100 };

/**
 * Decode percent-encoding in place.
 *
 * @param text decoded in place; it never grows
 * @param plus whether + stands for a space (queries and forms, not paths)
 * @return false for a broken escape, an encoded NUL, or what is not UTF-8 in the end
 */
bool url_decode(char *text, bool plus);

/**
 * Take a query or a form apart.
 *
 * @param mem      talloc parent of the pairs
 * @param text     name=value&…; may hold NULs, which are refused
 * @param len      its octets
 * @param[out] out pairs in order, names and values decoded
 * @param[out] n   how many
 * @param e        filled on failure
 * @return AGORA_OK; AGORA_MALFORMED for broken encoding or more than PAIRS_MAX pairs
 */
enum agora_status pairs_parse(void *mem, const char *text, size_t len, struct request_pair **out,
                              size_t *n, struct error *e) AGORA_CHECKED;

#endif
