/* agoractl keys evidence, evidence replay: the master keys of evidence files, and the journal that
 * keeps destroyed ones destroyed. */
#include "directory/ctl/evidence.h"

#include <string.h>

#include "directory/domain/evidence_journal.h"
#include "directory/domain/evidence_retention.h"

static enum agora_status rotate(struct work *w, char id[EVIDENCE_MASTER_ID_LEN + 1])
{
    int64_t n;
    enum agora_status s = evidence_master_make(w, id);

    if (s == AGORA_OK)
        s = evidence_rewrap(w, id, &n);
    if (s == AGORA_OK)
        printf("The master key %s wraps the keys of all evidence files from now on; %lld were "
               "wrapped anew.\nThe older ones are needed no more. Keep a copy of the new one apart "
               "from the database's backups.\n",
               id, (long long)n);
    return s;
}

/* Files that were begun while the last rotation ran. */
static enum agora_status catch_up(struct work *w, const char *id)
{
    int64_t n;
    enum agora_status s = evidence_rewrap(w, id, &n);

    if (s == AGORA_OK)
        printf("The master key %s is there; %lld keys of files were wrapped anew.\n", id,
               (long long)n);
    return s;
}

enum agora_status ctl_keys_evidence(struct command_call *call)
{
    char id[EVIDENCE_MASTER_ID_LEN + 1];
    bool rotating = call->argc == 1 && strcmp(call->argv[0], "--rotate") == 0;

    if (call->argc > 1 || (call->argc == 1 && !rotating))
        return AGORA_MALFORMED;
    if (rotating)
        return rotate(call->work, id);
    enum agora_status s = evidence_master_newest(call->work, id);
    if (s == AGORA_OK)
        return catch_up(call->work, id);
    if (s == AGORA_NOT_FOUND && (s = evidence_master_make(call->work, id)) == AGORA_OK)
        printf("The master key %s was made. Keep a copy apart from the database's backups: without "
               "it no evidence file can be read.\n",
               id);
    return s;
}

enum agora_status ctl_evidence_replay(struct command_call *call)
{
    int64_t n;

    if (call->argc != 0)
        return AGORA_MALFORMED;
    enum agora_status s = evidence_journal_replay(call->work, &n);
    if (s == AGORA_OK)
        printf("%lld evidence files that had been destroyed were destroyed again.\n", (long long)n);
    return s;
}
