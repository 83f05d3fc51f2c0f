/*
 * What headers and inner headers have in common as JSON.
 */
#ifndef TMTP_WIRE_JSON_H
#define TMTP_WIRE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * Whether a text nests no deeper than TMTP_JSON_DEPTH_MAX; to be asked before Jansson, which
 * recurses.
 */
bool json_depth_ok(const char *text, size_t len);

/**
 * The value of a key, without regard to case; the last of several.
 *
 * @return borrowed, or NULL when there is none
 */
json_t *json_get_nocase(json_t *object, const char *name);

#endif
