/*
 * `tmtp contacts`: the address book.
 */
#include <stdio.h>
#include <string.h>

#include "tmtp-link/command/command.h"

enum tmtp_result command_contacts(const struct options *options, struct tmtp_error *error)
{
    struct credentials credentials = {0};
    enum tmtp_result result = credentials_load(options->credentials, &credentials, error);
    const char *alias;
    json_t *contact;

    if (result != TMTP_OK) {
        return result == TMTP_NONE ? TMTP_LOCAL : result;
    }
    json_object_foreach(json_object_get(credentials.json, "contacts"), alias, contact)
    {
        const char *uid = json_string_value(json_object_get(contact, "uid"));
        const char *via = json_string_value(json_object_get(contact, "via"));

        if (options->json) {
            result = print_json(
                json_pack("{s:s, s:s*, s:s*}", "alias", alias, "uid", uid, "via", via), error);
        } else {
            print_text(alias, strlen(alias));
            if (via != NULL && *via != '\0') {
                printf(" (introduced by ");
                print_text(via, strlen(via));
                putchar(')');
            }
            putchar('\n');
        }
    }
    credentials_free(&credentials);
    return result == TMTP_OK ? print_flush(error) : result;
}
