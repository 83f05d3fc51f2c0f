/*
 * Contacts for the benchmark: on a server with the policy `introduced` nobody may write to anybody
 * until its admin interface has said so.
 */
#include "tmtp-link/admin/admin.h"
#include "tmtp-link/command/bench.h"

enum tmtp_result bench_grant(struct bench *bench, struct tmtp_error *error)
{
    const struct admin_options to = {
        .unix_socket = bench->options.admin_socket,
        .token_file = bench->options.token_file,
    };
    int64_t begun_us = bench_clock_us();
    struct admin *admin = NULL;
    enum tmtp_result result = admin_open(&to, &admin, error);

    for (size_t i = 0; result == TMTP_OK && i < bench->senders; i++) {
        const struct bench_client *from = &bench->clients[i];
        const struct bench_client *target = &bench->clients[from->target];

        if (from == target) {
            continue;
        }
        result = admin_contact_put(admin, from->uid, target->uid, "tmtp bench", NULL, NULL, error);
        bench->contacts++;
        if (result == TMTP_ALREADY) {
            result = TMTP_OK;
        }
    }
    admin_close(admin);
    bench->grant_s = (double)(bench_clock_us() - begun_us) / 1e6;
    return result;
}
