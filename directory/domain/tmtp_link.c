/* A uid is the right to write to somebody: errors of the TMTP side may name one, our log and the
 * admin's page may not. */
#include "directory/domain/tmtp_link.h"

#include <string.h>

enum { UID_LEN = 32 };

enum tmtp_result tmtp_link_open(const struct config *config, int timeout_ms, struct admin **out,
                                struct tmtp_error *error)
{
    static const char unix_prefix[] = "unix:";
    const char *url = config->tmtp_admin_url;
    bool is_unix = strncmp(url, unix_prefix, strlen(unix_prefix)) == 0;
    const struct admin_options options = {
        .unix_socket = is_unix ? url + strlen(unix_prefix) : NULL,
        .url = is_unix ? NULL : url,
        .token_file = config->tmtp_admin_token_file,
        .timeout_ms = timeout_ms,
    };

    return admin_open(&options, out, error);
}

/* All that a uid consists of, escaped (%25, %2B) or not, and nothing that a sentence does. */
static size_t uid_like(const char *text)
{
    return strspn(text, "%+0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

void tmtp_link_hide_uids(char *text)
{
    static const char shown[] = "(uid)";
    char *to = text;

    while (*text != '\0') {
        size_t n = uid_like(text);
        if (n >= UID_LEN) {
            memcpy(to, shown, strlen(shown));
            to += strlen(shown);
            text += n;
        } else if (n > 0) {
            memmove(to, text, n);
            to += n;
            text += n;
        } else {
            *to++ = *text++;
        }
    }
    *to = '\0';
}
