/* The terminal itself is asked, not standard input, so that a password is never read from a pipe by
 * mistake; echo is off meanwhile, and on again whatever happens. */
#include "directory/ctl/prompt.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <termios.h>

#include "directory/base/crypto.h"

static bool read_hidden(FILE *terminal, const char *question, char *line, size_t size)
{
    struct termios before, hidden;

    if (tcgetattr(fileno(terminal), &before) != 0)
        return false;
    hidden = before;
    hidden.c_lflag &= (tcflag_t)~ECHO;
    if (tcsetattr(fileno(terminal), TCSAFLUSH, &hidden) != 0)
        return false;
    fprintf(terminal, "%s: ", question);
    fflush(terminal);
    bool got = fgets(line, (int)size, terminal) != NULL;
    tcsetattr(fileno(terminal), TCSAFLUSH, &before);
    fputc('\n', terminal);
    if (got)
        line[strcspn(line, "\r\n")] = '\0';
    return got;
}

enum agora_status prompt_password(struct work *w, char **out)
{
    char first[1026] = "", second[1026] = "";
    FILE *terminal = fopen("/dev/tty", "r+e");

    if (terminal == NULL)
        return error_set(&w->error, AGORA_UNAVAILABLE, NULL,
                         "There is no terminal to ask for the password; use --password-file.");
    bool got = read_hidden(terminal, "Password", first, sizeof first) &&
               read_hidden(terminal, "Once more", second, sizeof second);
    fclose(terminal);
    bool same = got && strcmp(first, second) == 0;
    *out = same ? talloc_strdup(w->mem, first) : NULL;
    secret_wipe(first, sizeof first);
    secret_wipe(second, sizeof second);
    if (!got)
        return error_set(&w->error, AGORA_UNAVAILABLE, NULL, "The password could not be read.");
    if (!same)
        return error_set(&w->error, AGORA_INVALID_FIELD, NULL, "The two passwords differ.");
    return *out != NULL ? AGORA_OK : work_out_of_memory(w);
}
