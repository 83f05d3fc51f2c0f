/* How often members are shown in results: counted in memory, written in batches. The order of
 * results damps those whom many have seen lately (docs/decisions/0083-order-of-results.md). */
#ifndef AGORA_DOMAIN_EXPOSURE_H
#define AGORA_DOMAIN_EXPOSURE_H

#include "directory/base/work.h"

/**
 * Count whom a page of results shows. A viewer counts once a day for each member; who is not signed
 * in counts for none, so that nobody is pushed down by a program that asks again and again. Any
 * thread may call it; it takes some microseconds and touches no database.
 *
 * @param viewer account, UUID as text; NULL when nobody is signed in
 * @param page   JSON text (schema SearchPage)
 */
void exposure_note(const char *viewer, const char *page);

/**
 * Write what has been counted and forget it. For the worker, every few seconds. What could not be
 * written is lost, as is what a crash takes: the counts need not be exact.
 *
 * @param w work
 * @return AGORA_OK; AGORA_UNAVAILABLE; AGORA_INTERNAL when memory ran out
 */
enum agora_status exposure_flush(struct work *w) AGORA_CHECKED;

#endif
