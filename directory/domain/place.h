/* Places: countries, regions and cities, and what is near a city. */
#ifndef AGORA_DOMAIN_PLACE_H
#define AGORA_DOMAIN_PLACE_H

#include <stddef.h>
#include <stdint.h>

#include "directory/base/work.h"

/**
 * Places by the beginnings of their names, the largest first.
 *
 * @param w          work; owns what is returned
 * @param typed      beginning of a name, the region or country behind it if need be; "" for none
 * @param limit      how many at most, as text
 * @param[out] items JSON text {"items": [Place …]}
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status place_complete(struct work *w, const char *typed, const char *limit,
                                 const char **items) AGORA_CHECKED;

/** A place (schema Place) by its id; AGORA_NOT_FOUND. */
enum agora_status place_detail(struct work *w, const char *id, const char **detail) AGORA_CHECKED;

/**
 * The terms of search rows that mean being near a place.
 *
 * @param w          work; owns what is returned
 * @param name       id or name of a city; of a region or country, for who is in it
 * @param km         distance as text, "1" to "2000"
 * @param[out] terms at most 500 lexemes, lower case; none when there is no such place
 * @param[out] n     how many
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status place_near(struct work *w, const char *name, const char *km,
                             const char *const **terms, size_t *n) AGORA_CHECKED;

/**
 * Bring a batch of places in; call inside a transaction of the whole import.
 *
 * @param w            work
 * @param batch        JSON text: list of {id, kind, country, region, lat, lon, population, name,
 *                     names}; a region was in an earlier batch than its cities
 * @param[out] added   places that were new
 * @param[out] changed places that were otherwise before
 * @return AGORA_OK; AGORA_INTERNAL when a value cannot be; AGORA_UNAVAILABLE
 */
enum agora_status place_import(struct work *w, const char *batch, int64_t *added,
                               int64_t *changed) AGORA_CHECKED;

/** Finish an import: let the planner know, and the worker. */
enum agora_status place_close(struct work *w) AGORA_CHECKED;

#endif
