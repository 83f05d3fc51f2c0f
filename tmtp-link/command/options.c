/*
 * The options of all subcommands in one table; each takes those whose letters it names.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/command/command.h"

static const struct option table[] = {
    {"credentials", required_argument, NULL, 'c'},
    {"ca", required_argument, NULL, 'C'},
    {"json", no_argument, NULL, 'j'},
    {"timeout", required_argument, NULL, 't'},
    {"server", required_argument, NULL, 's'},
    {"alias", required_argument, NULL, 'a'},
    {"node", required_argument, NULL, 'n'},
    {"provider", required_argument, NULL, 'P'},
    {"browser", required_argument, NULL, 'b'},
    {"redirect-port", required_argument, NULL, 'p'},
    {"print-url", no_argument, NULL, 'u'},
    {"to", required_argument, NULL, 'o'},
    {"subject", required_argument, NULL, 'S'},
    {"thread", required_argument, NULL, 'T'},
    {"wait", required_argument, NULL, 'w'},
    {"count", required_argument, NULL, 'k'},
    {NULL, 0, NULL, 0},
};

/* Letters of the options that every subcommand takes. */
static const char common[] = "cCjt";

static const char *name_of(int letter)
{
    const struct option *option = table;

    while (option->name != NULL && option->val != letter) {
        option++;
    }
    return option->name;
}

/* A whole number from 0 to max; says what is wrong otherwise. */
static bool read_number(int letter, long max, long *number)
{
    char *end = NULL;

    errno = 0;
    *number = strtol(optarg, &end, 10);
    if (errno == 0 && end != optarg && *end == '\0' && *number >= 0 && *number <= max) {
        return true;
    }
    fprintf(stderr, "tmtp: --%s takes a number from 0 to %ld, not '%s'\n", name_of(letter), max,
            optarg);
    return false;
}

static bool take_number(int letter, struct options *options)
{
    const long max = letter == 'p' ? UINT16_MAX : letter == 'k' ? 1000000 : 86400;
    long number;

    if (!read_number(letter, max, &number)) {
        return false;
    }
    switch (letter) {
    case 't':
        options->timeout_ms = (int)number * 1000;
        break;
    case 'w':
        options->wait_ms = (int)number * 1000;
        break;
    case 'p':
        options->redirect_port = (uint16_t)number;
        break;
    default:
        options->count = (unsigned)number;
        break;
    }
    return true;
}

/* Where the text of an option goes, or NULL when it is another kind of option. */
static const char **text_of(int letter, struct options *options)
{
    switch (letter) {
    case 'c':
        return &options->credentials;
    case 'C':
        return &options->ca_file;
    case 's':
        return &options->server;
    case 'a':
        return &options->alias;
    case 'n':
        return &options->node;
    case 'P':
        return &options->provider;
    case 'b':
        return &options->browser;
    case 'S':
        return &options->subject;
    case 'T':
        return &options->thread;
    case 'o':
        return options->to_count == COMMAND_TO_MAX ? NULL : &options->to[options->to_count++];
    default:
        return NULL;
    }
}

static bool take(int letter, struct options *options)
{
    const char **text = text_of(letter, options);

    if (text != NULL) {
        *text = optarg;
    } else if (letter == 'j') {
        options->json = true;
    } else if (letter == 'u') {
        options->print_url = true;
    } else if (letter == 'o') {
        fprintf(stderr, "tmtp: at most %d times --to\n", COMMAND_TO_MAX);
        return false;
    } else {
        return take_number(letter, options);
    }
    return true;
}

bool options_read(int argc, char **argv, const char *allowed, struct options *options)
{
    int letter;

    *options = (struct options){.wait_ms = -1};
    while ((letter = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (letter == '?') {
            return false; /* getopt has said why */
        }
        if (strchr(common, letter) == NULL && strchr(allowed, letter) == NULL) {
            fprintf(stderr, "tmtp: %s does not take --%s\n", argv[0], name_of(letter));
            return false;
        }
        if (!take(letter, options)) {
            return false;
        }
    }
    options->words = argv + optind;
    options->word_count = (size_t)(argc - optind);
    return true;
}
