/* What an auditor runs. A log that was cut at its end is whole; held against a checkpoint that was
 * kept elsewhere, the cut shows. */
#include "directory/ctl/audit.h"

#include <errno.h>
#include <string.h>

#include "directory/ctl/jwks.h"
#include "directory/domain/audit.h"
#include "directory/domain/audit_checkpoint.h"

#define USUAL_ROWS "50"

enum agora_status ctl_audit_list(struct command_call *call)
{
    const char *most = call->argc > 0 ? call->argv[0] : USUAL_ROWS;

    if (call->argc > 1 || strspn(most, "0123456789") != strlen(most) || strlen(most) > 7)
        return error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);
    return audit_print(call->work, most, stdout);
}

static enum agora_status usage(struct command_call *call)
{
    return error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);
}

/* --checkpoint FILE [--jwks FILE|URL], in that order. @param[out] known whether it was given */
static enum agora_status read_checkpoint(struct command_call *call, struct audit_mark *mark,
                                         bool *known)
{
    struct work *w = call->work;
    json_t *jwks = NULL;
    char *jws;

    *known = call->argc > 0;
    if (call->argc == 0)
        return AGORA_OK;
    if ((call->argc != 2 && call->argc != 4) || strcmp(call->argv[0], "--checkpoint") != 0 ||
        (call->argc == 4 && strcmp(call->argv[2], "--jwks") != 0))
        return usage(call);
    enum agora_status s = jws_file_read(w, call->argv[1], &jws);
    if (s == AGORA_OK && call->argc == 4)
        s = jwks_read(w, call->argv[3], &jwks);
    if (s == AGORA_OK)
        s = audit_checkpoint_read(w, jws, jwks, mark);
    json_decref(jwks);
    return s;
}

enum agora_status ctl_audit_verify(struct command_call *call)
{
    struct audit_report report = {0};
    struct audit_mark mark = {0};
    bool known = false;
    enum agora_status s = read_checkpoint(call, &mark, &known);

    if (s == AGORA_OK)
        s = audit_verify(call->work, known ? &mark : NULL, &report);
    if (s != AGORA_OK)
        return s;
    if (report.fault != AUDIT_WHOLE)
        return error_set(&call->work->error, AGORA_CONFLICT, NULL,
                         "The audit log is broken at row %lld: %s. %lld rows before it are good.",
                         (long long)report.broken, audit_fault_words(report.fault),
                         (long long)report.rows);
    printf("The audit log is whole: %lld rows, last hash %s\n", (long long)report.rows,
           report.rows > 0 ? report.head : "none");
    if (known)
        printf("It goes on from the checkpoint at row %lld.\n", (long long)mark.height);
    return AGORA_OK;
}

static enum agora_status write_checkpoint(struct work *w, const char *path, const char *jws)
{
    FILE *file = fopen(path, "we");
    bool good = file != NULL && fprintf(file, "%s\n", jws) > 0;

    if (file != NULL)
        good = fclose(file) == 0 && good;
    return good ? AGORA_OK
                : error_set(&w->error, AGORA_UNAVAILABLE, NULL, "%s: %s", path, strerror(errno));
}

enum agora_status ctl_audit_checkpoint(struct command_call *call)
{
    const char *jws;
    bool to_file = call->argc == 2 && strcmp(call->argv[0], "--to") == 0;

    if (call->argc != 0 && !to_file)
        return usage(call);
    enum agora_status s = audit_checkpoint_make(call->work, &jws);
    if (s == AGORA_OK && to_file)
        return write_checkpoint(call->work, call->argv[1], jws);
    if (s == AGORA_OK)
        puts(jws);
    return s;
}
