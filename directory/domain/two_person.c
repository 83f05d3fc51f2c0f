/* The rules are in sql/directory/functions/two_person_*.sql. */
#include "directory/domain/two_person.h"

#include "directory/db/db.h"

enum agora_status two_person_list(struct work *w, const char *viewer, const char *settled,
                                  const char *limit, const char **body)
{
    return DB_JSON(w, QUERY_TWO_PERSON_LIST, body, viewer, settled, limit);
}

enum agora_status two_person_get(struct work *w, const char *viewer, const char *id,
                                 const char **body, const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_TWO_PERSON_GET, body, etag, viewer, id);
}

enum agora_status two_person_ask(struct work *w, const char *viewer, const char *kind,
                                 const char *payload, const char *reason, const char **body,
                                 const char **etag)
{
    const char *id;
    enum agora_status s =
        DB_JSON(w, QUERY_TWO_PERSON_ASK, &id, viewer, kind, payload, reason);

    return s == AGORA_OK ? two_person_get(w, viewer, id, body, etag) : s;
}

enum agora_status two_person_confirm(struct work *w, const char *viewer, const char *id,
                                     const char *seen, const char **body, const char **etag)
{
    enum agora_status s = DB_RUN(w, QUERY_TWO_PERSON_CONFIRM, NULL, viewer, id, seen);

    return s == AGORA_OK ? two_person_get(w, viewer, id, body, etag) : s;
}

enum agora_status two_person_refuse(struct work *w, const char *viewer, const char *id,
                                    const char *note, const char **body, const char **etag)
{
    enum agora_status s = DB_RUN(w, QUERY_TWO_PERSON_REFUSE, NULL, viewer, id, note);

    return s == AGORA_OK ? two_person_get(w, viewer, id, body, etag) : s;
}

enum agora_status two_person_case(struct work *w, const char *viewer, const char *id,
                                  const char **body)
{
    return DB_JSON(w, QUERY_BREAK_GLASS_CASE, body, viewer, id);
}
