/* What an auditor runs. The last line of `audit verify` is worth keeping elsewhere: a log that was
 * cut at its end is whole, but no longer has that many rows, nor that hash. */
#include "directory/ctl/audit.h"

#include <string.h>

#include "directory/domain/audit.h"

#define USUAL_ROWS "50"

enum agora_status ctl_audit_list(struct command_call *call)
{
    const char *most = call->argc > 0 ? call->argv[0] : USUAL_ROWS;

    if (call->argc > 1 || strspn(most, "0123456789") != strlen(most) || strlen(most) > 7)
        return error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);
    return audit_print(call->work, most, stdout);
}

static const char *fault_words(enum audit_fault fault)
{
    switch (fault) {
    case AUDIT_MISSING:
        return "rows before it are missing";
    case AUDIT_REORDERED:
        return "another row stands before it than when it was written";
    case AUDIT_CHANGED:
        return "it was changed";
    case AUDIT_UNSEALED:
        return "it has no place in the chain";
    case AUDIT_WHOLE:
        break;
    }
    return "";
}

enum agora_status ctl_audit_verify(struct command_call *call)
{
    struct audit_report report;

    if (call->argc != 0)
        return error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);
    enum agora_status s = audit_verify(call->work, &report);
    if (s != AGORA_OK)
        return s;
    if (report.fault != AUDIT_WHOLE)
        return error_set(&call->work->error, AGORA_CONFLICT, NULL,
                         "The audit log is broken at row %lld: %s. %lld rows before it are good.",
                         (long long)report.broken, fault_words(report.fault),
                         (long long)report.rows);
    printf("The audit log is whole: %lld rows, last hash %s\n", (long long)report.rows,
           report.rows > 0 ? report.head : "none");
    return AGORA_OK;
}
