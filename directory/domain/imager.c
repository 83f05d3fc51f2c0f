/* Asks clamd, runs agora-imager, reads its parcels. The octets of the file pass through here only
 * as octets; what comes back is believed no further than its form. */
#include "directory/domain/imager.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/config.h"
#include "directory/base/log.h"
#include "directory/base/parcel.h"
#include "directory/domain/clamd.h"
#include "directory/domain/helper.h"
#include "directory/imager/refusal.h"

enum { PAGE_HEAD = 8, EXIT_NOT_THE_FILE = 69 /* sysexits(3) */ };

static const struct {
    const char *name, *sentence;
} refusals[] = {
#define IMAGER_REFUSAL(name, sentence) {#name, sentence},
#include "directory/imager/refusals.def"
#undef IMAGER_REFUSAL
};

static const char *const types[] = {"image/jpeg", "image/png", "image/webp", "application/pdf"};

static enum agora_status refuse(struct work *w, const char *sentence)
{
    return error_set(&w->error, AGORA_INVALID_FIELD, "/file", "%s", sentence);
}

/* What is said of a file of which the program died. */
static enum agora_status unreadable(struct work *w)
{
    return refuse(w, refusals[IMAGER_DAMAGED - 1].sentence);
}

static enum agora_status scan(struct work *w, int fd)
{
    const char *path = w->config->evidence_clamd_socket;
    char detail[128];

    if (path[0] == '\0')
        return AGORA_OK;
    switch (clamd_scan(path, fd, detail)) {
    case CLAMD_CLEAN:
        return AGORA_OK;
    case CLAMD_FOUND:
        log_event(LOG_WARNING, "clamd_found", w, "signature", detail, NULL);
        return refuse(w, "A virus scanner knows this file as harmful, so it was not taken. Take a "
                         "new photograph of the document and send that.");
    default:
        log_event(LOG_ERR, "clamd_away", w, "detail", detail, NULL);
        if (!w->config->evidence_clamd_required)
            return AGORA_OK;
        return error_detail(&w->error, AGORA_UNAVAILABLE, "clamd: %s", detail);
    }
}

static bool is_text(const struct parcel *p, const char *text)
{
    return p->len == strlen(text) && memcmp(p->data, text, p->len) == 0;
}

static enum agora_status refused(struct work *w, const struct parcel *p)
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        if (is_text(p, refusals[i].name))
            return refuse(w, refusals[i].sentence);
    return unreadable(w);
}

static bool take_type(struct imager_result *out, const struct parcel *p)
{
    for (size_t i = 0; out->type == NULL && i < sizeof types / sizeof types[0]; i++)
        if (is_text(p, types[i])) {
            out->type = types[i];
            return true;
        }
    return false;
}

static bool take_page(struct imager_result *out, const struct parcel *p)
{
    if (out->type == NULL || out->pages_n == IMAGER_PAGES_MAX || p->len <= PAGE_HEAD)
        return false;
    struct imager_page page = {.width = parcel_number(p->data),
                               .height = parcel_number(p->data + 4),
                               .data = p->data + PAGE_HEAD,
                               .len = p->len - PAGE_HEAD};
    if (page.width == 0 || page.height == 0 || page.width > IMAGER_SIDE_MAX ||
        page.height > IMAGER_SIDE_MAX || page.data[0] != 0xff)
        return false;
    out->pages[out->pages_n++] = page;
    return true;
}

/* @return AGORA_OK, a refusal, or AGORA_INTERNAL when the answer is not whole */
static enum agora_status read_answer(struct work *w, const unsigned char *at, size_t left,
                                     struct imager_result *out)
{
    struct parcel p;
    enum parcel_found found;

    while ((found = parcel_next(&at, &left, &p)) == PARCEL_ONE) {
        if (p.kind == IMAGER_REFUSED)
            return refused(w, &p);
        if (p.kind == IMAGER_TYPE ? !take_type(out, &p)
                                  : p.kind != IMAGER_PAGE || !take_page(out, &p))
            return AGORA_INTERNAL;
    }
    return found == PARCEL_END && out->pages_n > 0 ? AGORA_OK : AGORA_INTERNAL;
}

static void log_death(const struct work *w, const struct helper_end *end)
{
    const char *how = end->late ? "late" : end->too_long ? "said too much" : "died";
    int number = WIFSIGNALED(end->status) ? WTERMSIG(end->status) : WEXITSTATUS(end->status);

    log_event(LOG_WARNING, "imager_failed", w, "how", how,
              WIFSIGNALED(end->status) ? "signal" : "status", LOG_NUMBER(number), "said", end->said,
              NULL);
}

enum agora_status imager_run(struct work *w, int in_fd, struct imager_result *out)
{
    const struct helper h = {.program = "agora-imager",
                             .in_fd = in_fd,
                             .out_max = IMAGER_OUT_MAX,
                             .seconds = IMAGER_SECONDS};
    struct imager_result got = {.page_type = "image/jpeg"};
    struct helper_end end;
    enum agora_status s = scan(w, in_fd);

    got.pages = talloc_zero_array(w->mem, struct imager_page, IMAGER_PAGES_MAX);
    if (s == AGORA_OK && got.pages == NULL)
        s = work_out_of_memory(w);
    if (s == AGORA_OK && lseek(in_fd, 0, SEEK_SET) != 0)
        s = error_detail(&w->error, AGORA_INTERNAL, "the upload is not a file");
    if (s == AGORA_OK)
        s = helper_run(w, &h, &end);
    if (s != AGORA_OK)
        return s;
    s = read_answer(w, end.out, end.out_len, &got);
    if (s == AGORA_INTERNAL) {
        log_death(w, &end);
        if (WIFEXITED(end.status) && WEXITSTATUS(end.status) == EXIT_NOT_THE_FILE)
            return error_detail(&w->error, AGORA_UNAVAILABLE, "%s", end.said);
        return unreadable(w);
    }
    if (s == AGORA_OK)
        *out = got;
    return s;
}
