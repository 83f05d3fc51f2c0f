/* The blast radius first, always. Then the recall is asked for in the name of an admin, for the
 * operator is no member; another person confirms it on the page of acts of two persons. */
#include "directory/ctl/recall.h"

#include <stdio.h>

#include "directory/ctl/options.h"
#include "directory/domain/recall.h"

struct recall_options {
    const char *verifier, *by, *reason;
    bool dry_run;
};

static bool take_option(struct command_call *call, int letter, void *to)
{
    struct recall_options *o = to;

    (void)call;
    switch (letter) {
    case 'v':
        o->verifier = optarg;
        return true;
    case 'b':
        o->by = optarg;
        return true;
    case 'r':
        o->reason = optarg;
        return true;
    case 'n':
        o->dry_run = true;
        return true;
    default:
        return false;
    }
}

static bool read_arguments(struct command_call *call, struct recall_options *o)
{
    static const struct option known[] = {{"verifier", required_argument, NULL, 'v'},
                                          {"by", required_argument, NULL, 'b'},
                                          {"reason", required_argument, NULL, 'r'},
                                          {"dry-run", no_argument, NULL, 'n'},
                                          {NULL, 0, NULL, 0}};
    char *const *rest;

    return options_read(call, known, take_option, o, &rest) == 0 && o->verifier != NULL &&
           (o->dry_run || (o->by != NULL && o->reason != NULL));
}

enum agora_status ctl_verification_recall(struct command_call *call)
{
    struct recall_options o = {0};
    const char *act;

    if (!read_arguments(call, &o))
        return error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);
    enum agora_status s = recall_print(call->work, o.verifier, stdout);
    if (s != AGORA_OK || o.dry_run)
        return s;
    s = recall_ask(call->work, o.verifier, o.by, o.reason, &act);
    if (s == AGORA_OK)
        printf("asked for as %s in the name of %s; another person must confirm it at "
               "/admin/two-person before anything is done\n",
               act, o.by);
    return s;
}
