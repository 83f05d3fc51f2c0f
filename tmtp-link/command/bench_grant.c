/*
 * Contacts for the benchmark: on a server with the policy `introduced` nobody may write to anybody
 * until its admin interface has said so. Many at a time where the server offers that.
 */
#include <stdlib.h>

#include "tmtp-link/admin/admin.h"
#include "tmtp-link/command/bench.h"

enum { BATCH_MAX = 1000 };

/* One by one. */
static enum tmtp_result grant_each(struct admin *admin, const struct admin_change *changes,
                                   size_t count, struct tmtp_error *error)
{
    enum tmtp_result result = TMTP_OK;

    for (size_t i = 0; i < count && (result == TMTP_OK || result == TMTP_ALREADY); i++) {
        result = admin_contact_put(admin, changes[i].uids[0], changes[i].uids[1], changes[i].ref,
                                   NULL, NULL, error);
    }
    return result == TMTP_ALREADY ? TMTP_OK : result;
}

/* As many as fit one request. */
static enum tmtp_result grant_some(struct admin *admin, const struct admin_change *changes,
                                   size_t count, struct tmtp_error *error)
{
    enum tmtp_result outcomes[BATCH_MAX];
    enum tmtp_result result = admin_contacts_change(admin, changes, count, NULL, outcomes, error);

    for (size_t i = 0; result == TMTP_OK && i < count; i++) {
        if (outcomes[i] != TMTP_OK && outcomes[i] != TMTP_ALREADY) {
            return tmtp_fail(error, TMTP_REFUSED, "the server refuses a contact");
        }
    }
    return result;
}

static enum tmtp_result grant_all(struct admin *admin, const struct admin_change *changes,
                                  size_t count, struct tmtp_error *error)
{
    enum tmtp_result result = TMTP_OK;

    for (size_t done = 0; result == TMTP_OK && done < count; done += BATCH_MAX) {
        result = grant_some(admin, changes + done,
                            count - done < BATCH_MAX ? count - done : BATCH_MAX, error);
        if (done == 0 && (result == TMTP_PROTOCOL || result == TMTP_REFUSED)) {
            return grant_each(admin, changes, count, error); /* it may have no batches */
        }
    }
    return result;
}

/* Who writes to whom; who writes to itself needs no contact. */
static size_t collect(const struct bench *bench, struct admin_change *changes)
{
    size_t count = 0;

    for (size_t i = 0; i < bench->senders; i++) {
        const struct bench_client *from = &bench->clients[i];

        if (from->target != i) {
            changes[count++] = (struct admin_change){
                .uids = {from->uid, bench->clients[from->target].uid}, .ref = "tmtp bench"};
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
    struct admin_change *changes = calloc(bench->senders + 1, sizeof *changes);
    struct admin *admin = NULL;
    int64_t begun_us;
    enum tmtp_result result;

    if (changes == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    result = admin_open(&to, &admin, error);
    if (result == TMTP_OK) {
        bench->contacts = collect(bench, changes);
        begun_us = bench_clock_us();
        result = grant_all(admin, changes, bench->contacts, error);
        bench->grant_s = (double)(bench_clock_us() - begun_us) / 1e6;
    }
    admin_close(admin);
    free(changes);
    return result;
}
