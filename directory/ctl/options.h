/* Options of commands, by getopt_long(3). */
#ifndef AGORA_CTL_OPTIONS_H
#define AGORA_CTL_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>

#include "directory/ctl/command.h"

/**
 * Read the options of a command; what is none may stand among them.
 *
 * @param known the options, ended by a row of zeros
 * @param take  called for each with its letter; its value is in optarg. false ends the reading
 * @param to    for @a take
 * @param[out] rest the first argument that is no option, NULL when there is none; the others behind
 * it
 * @return how many arguments are no options; -1 for an unknown option, one that lacks its value,
 *         one that @a take did not want, or when memory ran out
 */
int options_read(struct command_call *call, const struct option known[],
                 bool (*take)(struct command_call *call, int letter, void *to), void *to,
                 char *const **rest);

#endif
