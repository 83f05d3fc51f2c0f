/*
 * tmtp: a small TMTP client for the command line, for operators, scripts and tests. Main knows the
 * subcommands, where the credentials are, and what exit status each result is (docs/man/tmtp.1).
 */
#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/command/command.h"

static const struct subcommand {
    const char *name; /* one word or two */
    enum tmtp_result (*run)(const struct options *, struct tmtp_error *);
    const char *allowed; /* letters of its options, besides those common to all */
    size_t least, most;  /* words that are no option */
    const char *usage;
} subcommands[] = {
    {"register", command_register, "sanPbpuw", 0, 0,
     "--server =host:port --alias NAME [--node LABEL] [--provider LABEL] [--redirect-port N]"
     " [--print-url | --browser COMMAND] [--wait SECONDS]"},
    {"login", command_login, "", 0, 0, ""},
    {"alias add", command_alias, "", 1, 1, "NAME"},
    {"alias", command_alias, "", 1, 1, "NAME"},
    {"node add", command_node_add, "e", 1, 1, "LABEL --new-credentials FILE"},
    {"ping", command_ping, "", 2, 2, "ALIAS TEXT"},
    {"post", command_post, "oGSTf", 1, 1,
     "--to ALIAS|UID | --to-group GROUP [--subject TEXT] [--thread ID] [--attach FILE] TEXT|-"},
    {"read", command_read, "wkD", 0, 0, "[--wait SECONDS] [--count N] [--save FOLDER]"},
    {"contacts", command_contacts, "", 0, 0, ""},
    {"group invite", command_group_invite, "go", 0, 1, "--gid GROUP --to ALIAS [TEXT]"},
    {"group join", command_group_join, "ga", 0, 0, "--gid GROUP [--alias NAME]"},
    {"group alias", command_group_alias, "g", 1, 1, "--gid GROUP NAME"},
    {"group leave", command_group_leave, "g", 0, 0, "--gid GROUP"},
    {"group drop", command_group_drop, "gh", 0, 0, "--gid GROUP --who ALIAS"},
    {"group list", command_group_list, "", 0, 0, ""},
    {"presence", command_presence, "xwk", 0, COMMAND_TO_MAX,
     "--watch [--wait SECONDS] [--count N] [NAME ...]"},
    {"bench", command_bench, "NdOWrViRAF", 1, 1,
     "HOST:PORT [--clients N] [--seconds N] [--octets N] [--window N] [--rate N] [--receivers N]"
     " [--idle N] [--register] [--admin SOCKET --token-file FILE]"},
};

/* Exit statuses; part of what scripts may rely on. */
static const int statuses[] = {
    [TMTP_OK] = 0,      [TMTP_ALREADY] = 0, [TMTP_NONE] = 7,     [TMTP_RETRY] = 3,
    [TMTP_REFUSED] = 4, [TMTP_AUTH] = 5,    [TMTP_PROTOCOL] = 6, [TMTP_LOCAL] = 1,
};

enum { STATUS_USAGE = 2 };

static int print_usage(FILE *to)
{
    fputs("usage:\n", to);
    for (size_t i = 0; i < sizeof subcommands / sizeof *subcommands; i++) {
        fprintf(to, "  tmtp %s %s\n", subcommands[i].name, subcommands[i].usage);
    }
    fputs("each takes [--credentials FILE] [--ca FILE] [--timeout SECONDS] [--json]; see tmtp(1)\n",
          to);
    return to == stdout ? 0 : STATUS_USAGE;
}

/* Where the credentials are unless said otherwise; to be freed by free(). */
static char *default_path(void)
{
    const char *named = getenv("TMTP_CREDENTIALS");
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    char *path = NULL;
    int made;

    if (named != NULL && *named != '\0') {
        return strdup(named);
    }
    if (config != NULL && *config == '/') {
        made = asprintf(&path, "%s/tmtp/credentials.json", config);
    } else {
        made = asprintf(&path, "%s/.config/tmtp/credentials.json", home == NULL ? "" : home);
    }
    return made < 0 ? NULL : path;
}

static int run(const struct subcommand *subcommand, struct options *options)
{
    char *path = default_path();
    struct tmtp_error error = {0};
    enum tmtp_result result;

    if (path == NULL) {
        fputs("tmtp: no memory\n", stderr);
        return statuses[TMTP_LOCAL];
    }
    if (options->credentials == NULL) {
        options->credentials = path;
    }
    result = subcommand->run(options, &error);
    if (result != TMTP_OK) {
        fprintf(stderr, "tmtp: %s\n", error.text);
    }
    free(path);
    return statuses[result];
}

/* How many of the arguments name the subcommand: 0 when they name another. */
static int names(const struct subcommand *subcommand, int argc, char **argv)
{
    const char *space = strchr(subcommand->name, ' ');
    size_t first = space == NULL ? strlen(subcommand->name) : (size_t)(space - subcommand->name);

    if (argc < 2 || strlen(argv[1]) != first || strncmp(argv[1], subcommand->name, first) != 0) {
        return 0;
    }
    if (space == NULL) {
        return 1;
    }
    return argc > 2 && strcmp(argv[2], space + 1) == 0 ? 2 : 0;
}

/* Read the options of a subcommand, and run it. */
static int serve(const struct subcommand *subcommand, int argc, char **argv)
{
    struct options options;

    argv[0] = (char *)subcommand->name; /* for what is said of options */
    if (!options_read(argc, argv, subcommand->allowed, &options) ||
        options.word_count < subcommand->least || options.word_count > subcommand->most) {
        fprintf(stderr, "usage: tmtp %s %s\n", subcommand->name, subcommand->usage);
        return STATUS_USAGE;
    }
    return run(subcommand, &options);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        return print_usage(stdout);
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        return puts("tmtp " AGORA_VERSION) < 0;
    }
    for (size_t i = 0; i < sizeof subcommands / sizeof *subcommands; i++) {
        int used = names(&subcommands[i], argc, argv);

        if (used > 0) {
            int status;

            curl_global_init(CURL_GLOBAL_DEFAULT);
            status = serve(&subcommands[i], argc - used, argv + used);
            curl_global_cleanup();
            return status;
        }
    }
    return print_usage(stderr);
}
