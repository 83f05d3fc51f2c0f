/* Names of example members: some that everybody knows, and a long tail of rare ones. */
#ifndef AGORA_CTL_EXAMPLE_NAME_H
#define AGORA_CTL_EXAMPLE_NAME_H

#include <stddef.h>

#include "directory/ctl/example_dice.h"

enum { EXAMPLE_NAME_MAX = 64 }; /* octets with the NUL */

/**
 * A name as it might be in a language.
 *
 * @param d        chance
 * @param known    common names of the language, NULL after the last one
 * @param rare     of a hundred, how many get a name that is in no list
 * @param[out] out the name, UTF-8
 */
void example_name(struct dice *d, const char *const known[], unsigned rare,
                  char out[EXAMPLE_NAME_MAX]);

#endif
