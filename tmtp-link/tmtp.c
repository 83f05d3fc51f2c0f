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
    const char *name;
    enum tmtp_result (*run)(const struct options *, struct tmtp_error *);
    const char *allowed; /* letters of its options, besides those common to all */
    size_t words;
    const char *usage;
} subcommands[] = {
    {"register", command_register, "sanPbpuw", 0,
     "--server =host:port --alias NAME [--node LABEL] [--provider LABEL] [--redirect-port N]"
     " [--print-url | --browser COMMAND] [--wait SECONDS]"},
    {"login", command_login, "", 0, ""},
    {"alias", command_alias, "", 1, "NAME"},
    {"ping", command_ping, "", 2, "ALIAS TEXT"},
    {"post", command_post, "oST", 1, "--to ALIAS|UID [--subject TEXT] [--thread ID] TEXT|-"},
    {"read", command_read, "wk", 0, "[--wait SECONDS] [--count N]"},
    {"contacts", command_contacts, "", 0, ""},
    {"bench", command_bench, "NdOWrViRAF", 1,
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

int main(int argc, char **argv)
{
    struct options options;
    int status = STATUS_USAGE;

    signal(SIGPIPE, SIG_IGN);
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        return print_usage(stdout);
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        return puts("tmtp " AGORA_VERSION) < 0;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    for (size_t i = 0; argc > 1 && i < sizeof subcommands / sizeof *subcommands; i++) {
        if (strcmp(argv[1], subcommands[i].name) == 0) {
            if (!options_read(argc - 1, argv + 1, subcommands[i].allowed, &options) ||
                options.word_count != subcommands[i].words) {
                fprintf(stderr, "usage: tmtp %s %s\n", subcommands[i].name, subcommands[i].usage);
            } else {
                status = run(&subcommands[i], &options);
            }
            curl_global_cleanup();
            return status;
        }
    }
    curl_global_cleanup();
    return print_usage(stderr);
}
