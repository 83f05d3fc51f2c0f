/* One example member after another, always the same ones for the same seed. */
#ifndef AGORA_CTL_EXAMPLE_MEMBER_H
#define AGORA_CTL_EXAMPLE_MEMBER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct example_topic {
    const char *id;
    const char *label;
    const char *subfield; /* label of the next broader one; topics of one stand together */
};

struct example_set; /* what all members of a seed have in common */

/**
 * Prepare to make members.
 *
 * @param mem    talloc parent
 * @param seed   of the whole set
 * @param topics to choose from, at least one; must outlive the set
 * @param n      how many
 * @return the set, which several threads may use at once; NULL when memory ran out
 */
struct example_set *example_set_new(void *mem, uint64_t seed, const struct example_topic topics[],
                                    size_t n);

/**
 * Make a member: a line of agora.example_load.
 *
 * @param out    where to
 * @param set    the set
 * @param number which one, from 1; a member depends on seed and number alone
 */
void example_member(FILE *out, const struct example_set *set, uint64_t number);

#endif
