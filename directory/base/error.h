/* What can go wrong, as a value: each failing function returns an enum agora_status and fills a
 * struct error with a sentence for a person and a detail for the log. */
#ifndef AGORA_BASE_ERROR_H
#define AGORA_BASE_ERROR_H

enum agora_status {
    AGORA_OK = 0,
#define AGORA_ERROR(name, sqlstate, http, slug, title) AGORA_##name,
#include "directory/base/errors.def"
#undef AGORA_ERROR
    AGORA_STATUSES
};

/* Warns when a caller forgets to look at a status. */
#define AGORA_CHECKED __attribute__((warn_unused_result))

struct error {
    enum agora_status status;
    char pointer[128]; /* JSON pointer of the field at fault, "" when none */
    char text[512];    /* sentence for a person; may leave the service */
    char detail[1024]; /* for the log only */
};

/* What the registry (errors.def) says of a kind. */
struct error_kind {
    const char *name;     /* as in C: "NOT_FOUND" */
    const char *sqlstate; /* "AG001", "" when SQL never raises it */
    unsigned http;        /* HTTP status */
    const char *slug;     /* end of the problem's type */
    const char *title;    /* sentence for a person */
};

/**
 * Fill an error with a sentence for a person.
 *
 * @param e       error to fill; its detail is cleared
 * @param status  kind
 * @param pointer JSON pointer of the field at fault ("/why"), or NULL
 * @param fmt     sentence for a person, printf form; NULL for the kind's title
 * @return @a status, so that a caller can `return error_set(...)`
 */
enum agora_status error_set(struct error *e, enum agora_status status, const char *pointer,
                            const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/**
 * Fill an error with its kind's title and a detail that goes to the log only.
 *
 * @param e      error to fill; pointer cleared
 * @param status kind
 * @param fmt    detail, printf form; may hold text of PostgreSQL, file names, errno
 * @return @a status
 */
enum agora_status error_detail(struct error *e, enum agora_status status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/**
 * The registry's row of a kind.
 *
 * @param status anything but AGORA_OK; an unknown value gives INTERNAL's row
 * @return row, for ever valid
 */
const struct error_kind *error_kind(enum agora_status status);

/**
 * The kind that a SQLSTATE of class AG stands for.
 *
 * @param sqlstate five characters
 * @return kind; AGORA_INTERNAL when the registry has none of that code
 */
enum agora_status error_of_sqlstate(const char *sqlstate);

#endif
