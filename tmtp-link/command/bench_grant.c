/*
 * Contacts for the benchmark: on a server with the policy `introduced` nobody may write to anybody
 * until its admin interface has said so. Many at a time where the server offers that.
 */
#include <stdlib.h>

#include "tmtp-link/admin/admin.h"
#include "tmtp-link/command/bench.h"

static const char *const ref = "tmtp bench";

/* One by one. */
static enum tmtp_result grant_each(struct admin *admin, const char *const (*pairs)[2], size_t count,
                                   struct tmtp_error *error)
{
    enum tmtp_result result = TMTP_OK;

    for (size_t i = 0; i < count && (result == TMTP_OK || result == TMTP_ALREADY); i++) {
        result = admin_contact_put(admin, pairs[i][0], pairs[i][1], ref, NULL, NULL, error);
    }
    return result == TMTP_ALREADY ? TMTP_OK : result;
}

static enum tmtp_result grant_all(struct admin *admin, const char *const (*pairs)[2], size_t count,
                                  struct tmtp_error *error)
{
    enum tmtp_result result = TMTP_OK;

    for (size_t done = 0; result == TMTP_OK && done < count; done += ADMIN_BATCH_MAX) {
        size_t some = count - done < ADMIN_BATCH_MAX ? count - done : ADMIN_BATCH_MAX;

        result = admin_contacts_put(admin, pairs + done, some, ref, error);
        if (result == TMTP_NONE) {
            return grant_each(admin, pairs + done, count - done, error);
        }
    }
    return result;
}

/* Who writes to whom; who writes to itself needs no contact. */
static size_t collect(const struct bench *bench, const char *(*pairs)[2])
{
    size_t count = 0;

    for (size_t i = 0; i < bench->senders; i++) {
        const struct bench_client *from = &bench->clients[i];

        if (from->target != i) {
            pairs[count][0] = from->uid;
            pairs[count++][1] = bench->clients[from->target].uid;
        }
    }
    return count;
}

enum tmtp_result bench_grant(struct bench *bench, struct tmtp_error *error)
{
    const struct admin_options to = {
        .unix_socket = bench->options.admin_socket,
        .token_file = bench->options.token_file,
    };
    const char *(*pairs)[2] = calloc(bench->senders + 1, sizeof *pairs);
    struct admin *admin = NULL;
    int64_t begun_us;
    enum tmtp_result result;

    if (pairs == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    result = admin_open(&to, &admin, error);
    if (result == TMTP_OK) {
        bench->contacts = collect(bench, pairs);
        begun_us = bench_clock_us();
        result = grant_all(admin, (const char *const(*)[2])pairs, bench->contacts, error);
        bench->grant_s = (double)(bench_clock_us() - begun_us) / 1e6;
    }
    admin_close(admin);
    free(pairs);
    return result;
}
