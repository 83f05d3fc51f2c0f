/*
 * Logging in and out, and printing: what most subcommands begin and end with.
 */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tmtp-link/command/command.h"

enum tmtp_result client_open(const struct options *options, struct client *client,
                             struct tmtp_error *error)
{
    struct session_options to = {.ca_file = options->ca_file, .timeout_ms = options->timeout_ms};
    enum tmtp_result result = credentials_load(options->credentials, &client->credentials, error);

    if (result == TMTP_NONE) {
        return tmtp_fail(error, TMTP_LOCAL, "there is no %s: use `tmtp register` first",
                         options->credentials);
    }
    if (result != TMTP_OK) {
        return result;
    }
    to.server = credentials_get(&client->credentials, "server");
    result = session_open(&to, &client->session, error);
    if (result == TMTP_OK) {
        result = session_login(client->session, credentials_get(&client->credentials, "uid"),
                               credentials_get(&client->credentials, "node"), error);
    }
    if (result != TMTP_OK) {
        session_close(client->session);
        credentials_free(&client->credentials);
        *client = (struct client){0};
    }
    return result;
}

void client_close(struct client *client)
{
    struct tmtp_error unused;

    if (client->session != NULL && session_quit(client->session, &unused) != TMTP_OK) {
        fprintf(stderr, "tmtp: the server may hold this node for two minutes\n");
    }
    session_close(client->session);
    credentials_free(&client->credentials);
    *client = (struct client){0};
}

/* Make the folders above a file, for this user only. */
static enum tmtp_result make_folders(const char *path, struct tmtp_error *error)
{
    char *copy = strdup(path);
    char *slash = copy;
    enum tmtp_result result = TMTP_OK;

    if (copy == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    while (result == TMTP_OK && (slash = strchr(slash + 1, '/')) != NULL) {
        *slash = '\0';
        if (mkdir(copy, 0700) != 0 && errno != EEXIST) {
            result = tmtp_fail(error, TMTP_LOCAL, "can't make %s: %s", copy, strerror(errno));
        }
        *slash = '/';
    }
    if (result == TMTP_OK && access(dirname(copy), W_OK) != 0) {
        result = tmtp_fail(error, TMTP_LOCAL, "can't write to %s", copy);
    }
    free(copy);
    return result;
}

enum tmtp_result prepare_path(const char *path, struct tmtp_error *error)
{
    if (access(path, F_OK) == 0) {
        return tmtp_fail(error, TMTP_LOCAL, "there is %s already: name another file", path);
    }
    return make_folders(path, error);
}

enum tmtp_result print_flush(struct tmtp_error *error)
{
    if (fflush(stdout) != 0 || ferror(stdout) ||
        (fdatasync(STDOUT_FILENO) != 0 && errno != EINVAL && errno != EROFS)) {
        return tmtp_fail(error, TMTP_LOCAL, "can't write the output: %s", strerror(errno));
    }
    return TMTP_OK;
}

enum tmtp_result print_json(json_t *object, struct tmtp_error *error)
{
    int failed = object == NULL ? -1 : json_dumpf(object, stdout, JSON_COMPACT);

    json_decref(object);
    if (failed != 0) {
        return tmtp_fail(error, TMTP_LOCAL, "can't write the output as JSON");
    }
    putchar('\n');
    return print_flush(error);
}

void print_text(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        /* C1 controls are two octets in UTF-8, the first of them 0xc2. */
        int c1 = c == 0xc2 && i + 1 < len && (unsigned char)text[i + 1] < 0xa0;

        if (c1) {
            i++;
        }
        putchar(c1 || c == 0x7f || (c < ' ' && c != '\n' && c != '\t') ? '?' : c);
    }
}
