/* agoractl admin add and account add: accounts by the operator's word, active at once. A password
 * comes from a file or the terminal, never from the command line, where others could read it. */
#include "directory/ctl/account.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/file.h"
#include "directory/ctl/options.h"
#include "directory/ctl/prompt.h"
#include "directory/domain/account.h"

struct account_options {
    struct application who;
    char *roles; /* separated by commas */
    const char *password_file;
};

/* `Given Family`: the last word is the family name. @return whether there are two */
static bool split_name(void *mem, const char *name, struct application *who)
{
    const char *space = strrchr(name, ' ');

    if (space == NULL || space == name || space[1] == '\0')
        return false;
    who->given_name = talloc_strndup(mem, name, (size_t)(space - name));
    who->family_name = space + 1;
    return who->given_name != NULL;
}

static bool add_role(void *mem, const char *role, char **roles)
{
    *roles =
        *roles[0] == '\0' ? talloc_strdup(mem, role) : talloc_asprintf_append(*roles, ",%s", role);
    return *roles != NULL;
}

/* Addresses are kept in lower case. */
static const char *lower(void *mem, const char *text)
{
    char *made = talloc_strdup(mem, text);

    for (char *c = made; c != NULL && *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c | 0x20);
    return made;
}

static bool take_option(struct command_call *call, int letter, void *to)
{
    struct account_options *o = to;
    void *mem = call->work->mem;

    switch (letter) {
    case 'n':
        return split_name(mem, optarg, &o->who);
    case 'g':
        o->who.given_name = optarg;
        return true;
    case 'f':
        o->who.family_name = optarg;
        return true;
    case 'p':
        o->password_file = optarg;
        return true;
    case 'r':
        return add_role(mem, optarg, &o->roles);
    default:
        return false;
    }
}

/* EMAIL and options in any order. */
static bool read_arguments(struct command_call *call, const struct option known[],
                           struct account_options *o)
{
    char *const *rest;

    if (options_read(call, known, take_option, o, &rest) != 1)
        return false;
    o->who.email = lower(call->work->mem, rest[0]);
    return o->who.email != NULL;
}

static enum agora_status put(struct command_call *call, struct account_options *o)
{
    struct work *w = call->work;
    char *password;
    const char *said;
    enum agora_status s = o->password_file != NULL
                              ? file_secret(w->mem, o->password_file, &password, &w->error)
                              : prompt_password(w, &password);

    if (s != AGORA_OK)
        return s;
    o->who.password = password;
    s = account_put(w, &o->who, o->roles, &said);
    if (s == AGORA_OK)
        printf("%s\n", said);
    return s;
}

enum agora_status ctl_account_add(struct command_call *call)
{
    static const struct option known[] = {{"given", required_argument, NULL, 'g'},
                                          {"family", required_argument, NULL, 'f'},
                                          {"password-file", required_argument, NULL, 'p'},
                                          {"role", required_argument, NULL, 'r'},
                                          {NULL, 0, NULL, 0}};
    struct account_options o = {.roles = talloc_strdup(call->work->mem, "")};

    if (o.roles == NULL || !read_arguments(call, known, &o) || o.who.given_name == NULL ||
        o.who.family_name == NULL)
        return AGORA_MALFORMED;
    return put(call, &o);
}

enum agora_status ctl_admin_add(struct command_call *call)
{
    static const struct option known[] = {{"name", required_argument, NULL, 'n'},
                                          {"password-file", required_argument, NULL, 'p'},
                                          {NULL, 0, NULL, 0}};
    struct account_options o = {.roles = talloc_strdup(call->work->mem, "admin")};
    struct work *w = call->work;
    const char *handle;

    if (o.roles == NULL || !read_arguments(call, known, &o) || o.who.given_name == NULL)
        return AGORA_MALFORMED;
    if (o.password_file != NULL)
        return put(call, &o);
    /* A member who becomes an admin keeps their password; a new account is asked for one. */
    enum agora_status s = role_grant(w, o.who.email, "admin", &handle);
    if (s == AGORA_NOT_FOUND)
        return put(call, &o);
    if (s == AGORA_OK)
        printf("changed %s\n", handle);
    return s;
}

static enum agora_status say(enum agora_status s, const char *handle, const char *done)
{
    if (s == AGORA_OK)
        printf("%s %s\n", handle, done);
    return s;
}

enum agora_status ctl_account_suspend(struct command_call *call)
{
    const char *handle = NULL;

    if (call->argc != 2)
        return AGORA_MALFORMED;
    enum agora_status s = account_suspend(call->work, call->argv[0], call->argv[1], &handle);
    return say(s, handle, "is suspended");
}

enum agora_status ctl_account_resume(struct command_call *call)
{
    const char *handle = NULL;

    if (call->argc != 1)
        return AGORA_MALFORMED;
    enum agora_status s = account_resume(call->work, call->argv[0], &handle);
    return say(s, handle, "is active");
}

typedef enum agora_status (*role_act)(struct work *w, const char *email, const char *role,
                                      const char **handle);

static enum agora_status change_role(struct command_call *call, role_act act, const char *done)
{
    const char *handle = NULL;

    if (call->argc != 2)
        return AGORA_MALFORMED;
    enum agora_status s = act(call->work, call->argv[0], call->argv[1], &handle);
    return say(s, handle, done);
}

enum agora_status ctl_role_grant(struct command_call *call)
{
    return change_role(call, role_grant, "has the role");
}

enum agora_status ctl_role_revoke(struct command_call *call)
{
    return change_role(call, role_revoke, "does not have the role");
}
