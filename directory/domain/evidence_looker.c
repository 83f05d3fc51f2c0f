/* The duty that has files looked at: takes one that has come, puts it into a file that is in memory
 * only and has no name, lets the imager make pictures of it, and stores those, sealed. A crash in
 * between leaves the lease to run out, and the file is looked at again. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/log.h"
#include "directory/db/db.h"
#include "directory/db/listen.h"
#include "directory/domain/duty.h"
#include "directory/domain/evidence_store.h"
#include "directory/domain/imager.h"

#define LEASE_S "120"

enum { DATABASE_AWAY_MS = 500, LOOK_ANYWAY_MS = 5000 };

/* A file that this worker has for a while. */
struct look {
    struct evidence_open_file file;
    const char *attempt; /* number under which it was taken */
    int64_t octets;
};

static bool pour(void *cls, const void *data, size_t len)
{
    const int *fd = cls;
    const char *from = data;

    while (len > 0) {
        ssize_t n = write(*fd, from, len);
        if (n <= 0)
            return false;
        from += n;
        len -= (size_t)n;
    }
    return true;
}

static enum agora_status store_page(struct work *w, const struct look *l, unsigned page,
                                    const char *type, const struct imager_page *p)
{
    char leaf[16], width[16], height[16], octets[24];

    snprintf(leaf, sizeof leaf, "%u", page);
    snprintf(width, sizeof width, "%u", p->width);
    snprintf(height, sizeof height, "%u", p->height);
    snprintf(octets, sizeof octets, "%zu", p->len);
    enum agora_status s = DB_RUN(w, QUERY_EVIDENCE_PAGE_ADD, NULL, l->file.id, l->attempt, leaf,
                                 type, width, height, octets);
    return s == AGORA_OK ? evidence_write(w, &l->file, page, p->data, p->len) : s;
}

/* All pages or none. */
static enum agora_status store_pages(struct work *w, const struct look *l,
                                     const struct imager_result *result)
{
    enum agora_status s = db_begin(w);

    for (size_t i = 0; s == AGORA_OK && i < result->pages_n; i++)
        s = store_page(w, l, (unsigned)i + 1, result->page_type, &result->pages[i]);
    if (s == AGORA_OK)
        s = DB_RUN(w, QUERY_EVIDENCE_READY, NULL, l->file.id, l->attempt);
    if (s == AGORA_OK)
        return db_commit(w);
    struct error kept = w->error;
    db_rollback(w);
    w->error = kept;
    return s;
}

static enum agora_status draw(struct work *w, const struct look *l, struct imager_result *result)
{
    int fd = memfd_create("evidence", MFD_CLOEXEC);

    if (fd < 0)
        return error_detail(&w->error, AGORA_UNAVAILABLE, "no memory for a file");
    enum agora_status s = evidence_read(w, &l->file, 0, l->octets, pour, &fd);
    if (s == AGORA_OK && lseek(fd, 0, SEEK_SET) != 0)
        s = error_detail(&w->error, AGORA_INTERNAL, "a file in memory cannot be rewound");
    if (s == AGORA_OK)
        s = imager_run(w, fd, result);
    close(fd);
    return s;
}

/* Pictures, a refusal in words, or another try later. */
static enum agora_status settle(struct work *w, const struct look *l)
{
    struct imager_result result = {0};
    enum agora_status s = draw(w, l, &result);

    if (s == AGORA_INVALID_FIELD) {
        const char *sentence = talloc_strdup(w->mem, w->error.text);
        log_event(LOG_INFO, "evidence_refused", w, "file", l->file.id, NULL);
        return DB_RUN(w, QUERY_EVIDENCE_REFUSE, NULL, l->file.id, l->attempt, sentence);
    }
    if (s == AGORA_OK)
        s = store_pages(w, l, &result);
    if (s == AGORA_OK || s == AGORA_CONFLICT)
        return AGORA_OK; /* it left meanwhile, or another one has it */
    log_event(LOG_WARNING, "evidence_not_looked_at", w, "file", l->file.id, "text", w->error.text,
              "detail", w->error.detail, NULL);
    return DB_RUN(w, QUERY_EVIDENCE_LATER, NULL, l->file.id, l->attempt);
}

static enum agora_status look_at_one(struct work *w, bool *found)
{
    struct db_result *rows;
    struct look l;
    enum agora_status s = DB_RUN(w, QUERY_EVIDENCE_TAKE, &rows, LEASE_S);

    *found = s == AGORA_OK && db_rows(rows) > 0;
    if (!*found)
        return s;
    l.attempt = db_text(rows, 0, 1);
    l.octets = db_int64(rows, 0, 2);
    s = evidence_open_key(w, db_text(rows, 0, 0), rows, 3, &l.file);
    if (s == AGORA_OK)
        s = settle(w, &l);
    evidence_shut(&l.file);
    return s;
}

void evidence_looker_run(struct duty *duty)
{
    struct work ears, w;
    const int fds[] = {duty->stop_fd, -1};

    if (work_begin(&ears, NULL, duty->db, duty->config) != AGORA_OK)
        return;
    struct db_notice *notice = talloc(ears.mem, struct db_notice);
    if (notice != NULL && db_listen(&ears, "agora_evidence") != AGORA_OK)
        log_event(LOG_WARNING, "looker_waits_for_database", &ears, NULL);
    while (notice != NULL && !duty_over(duty)) {
        bool found = false;
        enum agora_status s = work_begin(&w, NULL, duty->db, duty->config);
        if (s == AGORA_OK)
            s = look_at_one(&w, &found);
        if (s != AGORA_OK)
            log_event(LOG_WARNING, "looker_failed", &w, "text", w.error.text, "detail",
                      w.error.detail, NULL);
        work_end(&w);
        if (s != AGORA_OK)
            duty_sleep(duty, DATABASE_AWAY_MS);
        else if (!found)
            db_wait(&ears, LOOK_ANYWAY_MS, fds, notice);
    }
    work_end(&ears);
}
