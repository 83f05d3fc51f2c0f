/* SplitMix64 (Steele, Lea, Flood 2014), and Zipf's law with exponent 1, its head a little
 * flattened. */
#include "directory/ctl/example_dice.h"

#include <assert.h>
#include <talloc.h>

enum { HEAD = 6 }; /* the first of all has 1/6, not 1: no topic is everyone's */

uint64_t dice_roll(struct dice *d)
{
    uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

size_t dice_below(struct dice *d, size_t n)
{
    assert(n > 0); /* no list of the example data is empty */
    return (size_t)(dice_roll(d) % n);
}

bool dice_chance(struct dice *d, unsigned percent)
{
    return dice_below(d, 100) < percent;
}

const char *dice_any(struct dice *d, const char *const list[])
{
    size_t n = 0;

    while (list[n] != NULL)
        n++;
    return n > 0 ? list[dice_below(d, n)] : "";
}

struct zipf *zipf_new(void *mem, size_t n)
{
    struct zipf *z = talloc_size(mem, sizeof *z + n * sizeof z->upto[0]);
    double all = 0;

    if (z == NULL)
        return NULL;
    z->n = n;
    for (size_t k = 0; k < n; k++)
        z->upto[k] = all += 1.0 / (double)(HEAD + k);
    for (size_t k = 0; k < n; k++)
        z->upto[k] /= all;
    return z;
}

size_t zipf_any(const struct zipf *z, struct dice *d)
{
    double u = (double)(dice_roll(d) >> 11) / 9007199254740992.0;
    size_t low = 0, high = z->n - 1;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (z->upto[middle] <= u)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
