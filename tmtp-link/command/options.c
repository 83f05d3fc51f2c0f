/*
 * The options of all subcommands in one table: what each is called, what kind of value it takes and
 * where that goes. Each subcommand takes those whose letters it names.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/command/command.h"

enum kind {
    TEXT,    /* const char * */
    LIST,    /* const char *[COMMAND_TO_MAX], and its size_t behind it */
    FLAG,    /* bool */
    NUMBER,  /* unsigned, at most max */
    SECONDS, /* int milliseconds, at most a day of seconds */
};

enum { DAY_S = 86400, PORT_MAX = 65535, MILLION = 1000000 };

#define AT(field) offsetof(struct options, field)

static const struct choice {
    const char *name;
    char letter;
    enum kind kind;
    size_t at;
    long min, max;
} table[] = {
    {"credentials", 'c', TEXT, AT(credentials), 0, 0},
    {"ca", 'C', TEXT, AT(ca_file), 0, 0},
    {"json", 'j', FLAG, AT(json), 0, 0},
    {"timeout", 't', SECONDS, AT(timeout_ms), 0, DAY_S},
    {"server", 's', TEXT, AT(server), 0, 0},
    {"alias", 'a', TEXT, AT(alias), 0, 0},
    {"node", 'n', TEXT, AT(node), 0, 0},
    {"provider", 'P', TEXT, AT(provider), 0, 0},
    {"browser", 'b', TEXT, AT(browser), 0, 0},
    {"redirect-port", 'p', NUMBER, AT(redirect_port), 0, PORT_MAX},
    {"print-url", 'u', FLAG, AT(print_url), 0, 0},
    {"to", 'o', LIST, AT(to), 0, 0},
    {"subject", 'S', TEXT, AT(subject), 0, 0},
    {"thread", 'T', TEXT, AT(thread), 0, 0},
    {"wait", 'w', SECONDS, AT(wait_ms), 0, DAY_S},
    {"count", 'k', NUMBER, AT(count), 0, MILLION},
    {"to-group", 'G', LIST, AT(to_groups), 0, 0},
    {"attach", 'f', LIST, AT(attach), 0, 0},
    {"save", 'D', TEXT, AT(save), 0, 0},
    {"gid", 'g', TEXT, AT(gid), 0, 0},
    {"who", 'h', TEXT, AT(who), 0, 0},
    {"watch", 'x', FLAG, AT(watch), 0, 0},
    {"new-credentials", 'e', TEXT, AT(new_credentials), 0, 0},
    {"clients", 'N', NUMBER, AT(bench.clients), 1, 100000},
    {"seconds", 'd', NUMBER, AT(bench.seconds), 1, DAY_S},
    {"octets", 'O', NUMBER, AT(bench.octets), BENCH_OCTETS_MIN, 32 << 20},
    {"window", 'W', NUMBER, AT(bench.window), 1, 100000},
    {"rate", 'r', NUMBER, AT(bench.rate), 1, MILLION},
    {"receivers", 'V', NUMBER, AT(bench.receivers), 1, 100000},
    {"idle", 'i', NUMBER, AT(bench.idle), 1, 100000},
    {"register", 'R', FLAG, AT(bench.only_register), 0, 0},
    {"admin", 'A', TEXT, AT(bench.admin_socket), 0, 0},
    {"token-file", 'F', TEXT, AT(bench.token_file), 0, 0},
};

enum { CHOICES = sizeof table / sizeof *table };

/* Letters of the options that every subcommand takes. */
static const char common[] = "cCjt";

static const struct choice *choice_of(int letter)
{
    const struct choice *choice = table;

    while (choice->letter != letter) {
        choice++;
    }
    return choice;
}

/* A whole number within the limits; says what is wrong otherwise. */
static bool read_number(const struct choice *choice, long *number)
{
    char *end = NULL;

    errno = 0;
    *number = strtol(optarg, &end, 10);
    if (errno == 0 && end != optarg && *end == '\0' && *number >= choice->min &&
        *number <= choice->max) {
        return true;
    }
    fprintf(stderr, "tmtp: --%s takes a number from %ld to %ld, not '%s'\n", choice->name,
            choice->min, choice->max, optarg);
    return false;
}

/* Add to a list. */
static bool append(const struct choice *choice, struct options_list *list)
{
    if (list->count == COMMAND_TO_MAX) {
        fprintf(stderr, "tmtp: at most %d times --%s\n", COMMAND_TO_MAX, choice->name);
        return false;
    }
    list->items[list->count++] = optarg;
    return true;
}

static bool take(const struct choice *choice, struct options *options)
{
    void *at = (char *)options + choice->at;
    long number = 0;

    switch (choice->kind) {
    case TEXT:
        *(const char **)at = optarg;
        return true;
    case LIST:
        return append(choice, at);
    case FLAG:
        *(bool *)at = true;
        return true;
    case NUMBER:
        if (read_number(choice, &number)) {
            *(unsigned *)at = (unsigned)number;
            return true;
        }
        return false;
    case SECONDS:
        if (read_number(choice, &number)) {
            *(int *)at = (int)number * 1000;
            return true;
        }
        return false;
    }
    return false;
}

bool options_read(int argc, char **argv, const char *allowed, struct options *options)
{
    struct option known[CHOICES + 1] = {0};
    int letter;

    for (size_t i = 0; i < CHOICES; i++) {
        known[i] = (struct option){
            .name = table[i].name,
            .has_arg = table[i].kind == FLAG ? no_argument : required_argument,
            .val = table[i].letter,
        };
    }
    *options = (struct options){.wait_ms = -1};
    while ((letter = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (letter == '?') {
            return false; /* getopt has said why */
        }
        if (strchr(common, letter) == NULL && strchr(allowed, letter) == NULL) {
            fprintf(stderr, "tmtp: %s does not take --%s\n", argv[0], choice_of(letter)->name);
            return false;
        }
        if (!take(choice_of(letter), options)) {
            return false;
        }
    }
    options->words = argv + optind;
    options->word_count = (size_t)(argc - optind);
    return true;
}
