/* Chance that always falls the same way: what example members are made with. */
#ifndef AGORA_CTL_EXAMPLE_DICE_H
#define AGORA_CTL_EXAMPLE_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

/** A number of 64 bits; the next one of the row that the state began. */
uint64_t dice_roll(struct dice *d);

/** A number below @a n, which is at least 1. */
size_t dice_below(struct dice *d, size_t n);

/** True in @a percent of all cases. */
bool dice_chance(struct dice *d, unsigned percent);

/** An item of a list that ends with NULL and is not empty. */
const char *dice_any(struct dice *d, const char *const list[]);

/* Zipf's law: the first of n things comes often, the k-th about k times more rarely. */
struct zipf {
    size_t n;
    double upto[]; /* share of all that the first k + 1 have */
};

/**
 * Make the shares of @a n things.
 *
 * @param mem talloc parent
 * @param n   how many, at least 1
 * @return for zipf_any(), or NULL when memory ran out
 */
struct zipf *zipf_new(void *mem, size_t n);

/** A number below z->n, small ones more often. */
size_t zipf_any(const struct zipf *z, struct dice *d);

#endif
