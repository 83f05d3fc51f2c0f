/* One example member after another, always the same ones for the same seed. */
#ifndef AGORA_CTL_EXAMPLE_MEMBER_H
#define AGORA_CTL_EXAMPLE_MEMBER_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct example_topic {
    const char *id;
    const char *label;
    const char *subfield; /* label of the next broader one; topics of one stand together */
};

/**
 * Make a member.
 *
 * @param seed   of the whole set
 * @param number which one, from 1; a member depends on seed and number alone
 * @param topics to choose from, at least one
 * @param n      how many
 * @return what agora.example_load takes, or NULL when memory ran out
 */
json_t *example_member(uint64_t seed, uint64_t number, const struct example_topic topics[],
                       size_t n);

#endif
