/*
 * tmtpd: a TMTP v1 server whose members can reach only those they have been introduced to. This
 * file reads the command line; tmtpd(8) describes it.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "tmtp-link/server/check.h"
#include "tmtp-link/server/config.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/migrate.h"
#include "tmtp-link/server/serve.h"
#include "tmtp-link/server/service.h"

#define EXIT_USAGE 2

static const char usage[] =
    "usage: tmtpd --config FILE                                        serve\n"
    "       tmtpd --config FILE --check-config                         say whether it can be used\n"
    "       tmtpd --config FILE --migrate                              bring the database up to "
    "date\n"
    "       tmtpd --config FILE --add-service ALIAS --credentials FILE make a service account\n"
    "       tmtpd --version | --help\n";

struct command {
    const char *config;
    const char *service;
    const char *credentials;
    bool migrate, check;
};

enum {
    OPTION_CONFIG,
    OPTION_MIGRATE,
    OPTION_CHECK,
    OPTION_SERVICE,
    OPTION_CREDENTIALS,
    OPTION_VERSION,
    OPTION_HELP,
};

/* Reads the command line; false, and told why, when it makes no sense. Ends the program by itself
 * where it only asks for information. */
static bool read_command(int argc, char **argv, struct command *command)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, OPTION_CONFIG},
        {"migrate", no_argument, NULL, OPTION_MIGRATE},
        {"check-config", no_argument, NULL, OPTION_CHECK},
        {"add-service", required_argument, NULL, OPTION_SERVICE},
        {"credentials", required_argument, NULL, OPTION_CREDENTIALS},
        {"version", no_argument, NULL, OPTION_VERSION},
        {"help", no_argument, NULL, OPTION_HELP},
        {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case OPTION_CONFIG:
            command->config = optarg;
            break;
        case OPTION_MIGRATE:
            command->migrate = true;
            break;
        case OPTION_CHECK:
            command->check = true;
            break;
        case OPTION_SERVICE:
            command->service = optarg;
            break;
        case OPTION_CREDENTIALS:
            command->credentials = optarg;
            break;
        case OPTION_VERSION:
            puts("tmtpd " AGORA_VERSION);
            exit(EXIT_SUCCESS);
        case OPTION_HELP:
            fputs(usage, stdout);
            exit(EXIT_SUCCESS);
        default:
            return false;
        }
    }
    return optind == argc && command->config != NULL &&
           (command->service == NULL) == (command->credentials == NULL) &&
           (command->service != NULL) + command->migrate + command->check <= 1;
}

static int carry_out(const struct command *command, const struct config *config)
{
    if (command->check) {
        return check_config(config) ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    if (command->migrate) {
        if (config->owner_connection == NULL) {
            log_event(LOG_LEVEL_ERROR, "migration_failed", "detail",
                      "[database] owner_connection is not configured", NULL);
            return EXIT_FAILURE;
        }
        return migrate(config->owner_connection);
    }
    if (command->service != NULL) {
        return service_add(config, command->service, command->credentials);
    }
    return serve(config);
}

int main(int argc, char **argv)
{
    struct command command = {0};
    struct config *config;
    char *why = NULL;
    int status;

    if (!read_command(argc, argv, &command)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    config = config_read(command.config, &why);
    if (config == NULL) {
        log_event(LOG_LEVEL_ERROR, "configuration_unusable", "why", why, NULL);
        free(why);
        return command.check ? EXIT_FAILURE : EXIT_USAGE;
    }
    status = carry_out(&command, config);
    config_free(config);
    return status;
}
