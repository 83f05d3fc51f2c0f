/* The message with the code is written beforehand, so that the database can queue it in the
 * transaction that takes the complaint. */
#include "directory/domain/complaint.h"

#include "directory/db/db.h"
#include "directory/domain/code.h"
#include "directory/domain/mail_text.h"

enum agora_status complaint_add(struct work *w, const struct complaint *c)
{
    struct code code = {0};
    struct db_result *row;
    const char *mail;

    code_make(&code);
    enum agora_status s = mail_complaint(w, c->email, code.text, &mail);
    if (s == AGORA_OK)
        s = DB_RUN(w, QUERY_COMPLAINT_ADD, &row, c->email, c->name, c->handle, c->relation, c->text,
                   c->access_need, code.hash, mail, c->address);
    secret_wipe(&code, sizeof code);
    if (s != AGORA_OK)
        return s;
    if (db_bool(row, 0, 0))
        return AGORA_OK;
    return error_set(&w->error, AGORA_TOO_MANY, NULL,
                     "Too many reports came from your network today. Try again tomorrow, or write "
                     "to the organisation.");
}

enum agora_status complaint_confirm(struct work *w, struct code_try *by, const char **body)
{
    char hash[2 * SHA256_LEN + 1];
    struct db_result *row;
    enum agora_status s = account_begin_try(w, by);

    if (s != AGORA_OK)
        return s;
    code_hash(by->code, hash);
    s = DB_RUN(w, QUERY_COMPLAINT_CONFIRM, &row, by->email, hash, by->address);
    if (s != AGORA_OK)
        return s;
    if (db_text(row, 0, 0) == NULL)
        return account_wrong_code(w);
    *body = db_text(row, 0, 0);
    return AGORA_OK;
}

enum agora_status complaint_list(struct work *w, const char *viewer, const char *view,
                                 const char **body)
{
    return DB_JSON(w, QUERY_COMPLAINT_LIST, body, viewer, view);
}

enum agora_status complaint_acknowledge(struct work *w, const char *viewer, const char *id,
                                        const char **body)
{
    return DB_JSON(w, QUERY_COMPLAINT_ACKNOWLEDGE, body, viewer, id);
}

enum agora_status complaint_decide(struct work *w, const char *viewer, const char *id,
                                   const struct complaint_decision *decision, const char **body)
{
    return DB_JSON(w, QUERY_COMPLAINT_DECIDE, body, viewer, id, decision->outcome, decision->reason,
                   decision->note);
}
