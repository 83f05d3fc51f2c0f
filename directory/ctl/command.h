/* The commands of agoractl: one file each in this folder, one row each in agoractl.c. */
#ifndef AGORA_CTL_COMMAND_H
#define AGORA_CTL_COMMAND_H

#include "directory/base/config.h"
#include "directory/base/work.h"

/* What a command is given. Its work has a database connection: as the service's role, or as the
 * owner where the command's row says so. */
struct command_call {
    struct work *work;
    const struct config *config;
    int argc;    /* arguments after the command's name */
    char **argv; /* those arguments */
};

/**
 * Carry a command out.
 *
 * @param call arguments, work with the database connection, configuration
 * @return AGORA_OK (exit 0); AGORA_MALFORMED when the arguments are wrong (the usage is printed,
 * exit 64); anything else: work->error is printed, exit 1
 */
typedef enum agora_status (*command_run)(struct command_call *call);

/* As whom a command connects. What would give the service itself more rights than it has, or goes
 * past the rules for single people, is for the database's owner alone. */
enum command_role { AS_SERVICE, AS_OWNER };

struct command {
    const char *name;    /* "migrate", or two words: "admin add" */
    const char *usage;   /* arguments: "EMAIL GIVEN FAMILY" */
    const char *meaning; /* one line for --help and the manual */
    enum command_role role;
    command_run run;
};

#endif
