/* Each act is one statement; the code is made here, since only its hash goes to the database. */
#include "directory/domain/proof.h"

#include "directory/db/db.h"
#include "directory/domain/code.h"
#include "directory/domain/mail_text.h"

enum agora_status proof_list(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_PROOF_LIST, body, viewer);
}

enum agora_status proof_email_ask(struct work *w, const char *viewer, const char *email,
                                  const char *address, const char **body)
{
    struct code code = {0};
    const char *mail;

    code_make(&code);
    enum agora_status s = mail_domain_code(w, email, code.text, &mail);
    if (s == AGORA_OK)
        s = DB_JSON(w, QUERY_DOMAIN_CODE_ASK, body, viewer, email, code.hash, mail, address);
    secret_wipe(&code, sizeof code);
    return s;
}

enum agora_status proof_email_give(struct work *w, const char *viewer, const char *code,
                                   const char **body)
{
    char hash[2 * SHA256_LEN + 1];

    code_hash(code, hash);
    enum agora_status s = DB_JSON(w, QUERY_DOMAIN_CODE_GIVE, body, viewer, hash);
    /* Null, not an error of the database: the try that it counted must stay counted. */
    if (s == AGORA_NOT_FOUND)
        s = error_set(&w->error, AGORA_INVALID_FIELD, "/code",
                      "This code is not right, was used before, or has run out. After five wrong "
                      "codes have a new one sent.");
    return s;
}

enum agora_status proof_web(struct work *w, const char *viewer, const char *url, const char *how,
                            const char **body)
{
    return DB_JSON(w, QUERY_PROOF_WEB, body, viewer, url, how);
}

enum agora_status proof_check(struct work *w, const char *viewer, const char *id, const char **body)
{
    return DB_JSON(w, QUERY_PROOF_CHECK, body, viewer, id);
}

enum agora_status proof_remove(struct work *w, const char *viewer, const char *id)
{
    return DB_RUN(w, QUERY_PROOF_REMOVE, NULL, viewer, id);
}

enum agora_status proof_of_case(struct work *w, const char *viewer, const char *id,
                                const char **body)
{
    return DB_JSON(w, QUERY_CASE_AUTOMATIC, body, viewer, id);
}

enum agora_status proof_by_clock(struct work *w, int64_t *n)
{
    struct db_result *row;
    enum agora_status s = DB_RUN0(w, QUERY_CHECKS_BY_CLOCK, &row);

    if (s == AGORA_OK)
        *n = db_int64(row, 0, 0);
    return s;
}
