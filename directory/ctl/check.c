/* What looks wrong is looked at again after a moment, since introductions may be under way while we
 * look; only what is still wrong counts. */
#include "directory/ctl/check.h"

#include <stdio.h>
#include <time.h>

#include "directory/domain/audit.h"
#include "directory/domain/auditor.h"
#include "directory/domain/tmtp_kind.h"

enum { SECOND_LOOK_S = 3 };

static enum agora_status look(struct work *w, struct auditor_report *report)
{
    enum agora_status s = auditor_look(w, report);

    if (s == AGORA_OK && report->n > 0) {
        nanosleep(&(struct timespec){.tv_sec = SECOND_LOOK_S}, NULL);
        s = auditor_look(w, report);
    }
    return s;
}

enum agora_status ctl_check(struct command_call *call)
{
    struct work *w = call->work;
    struct auditor_report report;
    struct audit_report log;

    if (call->argc != 0)
        return error_set(&w->error, AGORA_MALFORMED, NULL, NULL);
    enum agora_status s = look(w, &report);
    if (s == AGORA_OK)
        s = audit_verify(w, NULL, &log);
    if (s != AGORA_OK)
        return s;
    for (size_t i = 0; i < report.n; i++)
        printf("violation: %s\n", report.violations[i]);
    if (log.fault != AUDIT_WHOLE)
        printf("violation: the audit log is broken: row %lld\n", (long long)log.broken);
    if (report.n > 0 || log.fault != AUDIT_WHOLE)
        return error_set(&w->error, AGORA_CONFLICT, NULL, "Found %zu violations.",
                         report.n + (log.fault != AUDIT_WHOLE));
    if (report.on_server < 0)
        printf("%s: contacts were not compared with it.\n",
               tmtp_wanted(call->config) ? "The TMTP server's list of contacts cannot be had"
                                         : "No TMTP server is configured");
    printf("Nothing is out of place: %lld introductions, %lld contacts",
           (long long)report.introductions, (long long)report.contacts);
    if (report.on_server >= 0)
        printf(" (%lld on the TMTP server)", (long long)report.on_server);
    printf(", %lld rows of the outbox, %lld of the audit log.\n", (long long)report.outbox,
           (long long)log.rows);
    return AGORA_OK;
}
