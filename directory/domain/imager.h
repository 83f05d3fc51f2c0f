/* Makes pictures of a file that a stranger sent. The file is never read in this process: clamd
 * looks at it where one is configured, then the program agora-imager, which has neither network nor
 * files, decides by content what it is and draws it anew. Only what was drawn anew is ever shown.
 */
#ifndef AGORA_DOMAIN_IMAGER_H
#define AGORA_DOMAIN_IMAGER_H

#include <stddef.h>

#include "directory/base/work.h"

/* One page, drawn anew: a JPEG without metadata, upright, at most IMAGER_SIDE_MAX pixels a side. */
struct imager_page {
    unsigned width, height; /* pixels */
    const unsigned char *data;
    size_t len; /* octets of data */
};

struct imager_result {
    const char
        *type; /* of the upload, by content: image/jpeg, image/png, image/webp, application/pdf */
    const char *page_type; /* of every page: image/jpeg */
    struct imager_page *pages;
    size_t pages_n; /* 1 for a picture, up to IMAGER_PAGES_MAX for a PDF */
};

/* What the program takes and gives; docs/decisions/0077-sandboxed-programs.md says why. */
enum {
    IMAGER_FILE_MAX = 20 * 1024 * 1024, /* octets of an upload */
    IMAGER_PAGES_MAX = 20,
    IMAGER_SIDE_MAX = 3000,               /* pixels a side of what comes out */
    IMAGER_SIDE_IN_MAX = 20000,           /* pixels a side of what goes in */
    IMAGER_PIXELS_MAX = 50 * 1000 * 1000, /* of what goes in */
    IMAGER_OUT_MAX = 48 * 1024 * 1024,    /* octets of all pages together */
    IMAGER_SECONDS = 30                   /* for the whole file, clamd apart */
};

/**
 * Have a file scanned and drawn anew.
 *
 * Takes up to IMAGER_SECONDS, so it belongs on the slow lane or in a duty. One process a file.
 *
 * @param w        work; what is returned hangs on w->mem
 * @param in_fd    file with the upload as it came, from its beginning (its offset is moved); stays
 * open
 * @param[out] out the type and the pages
 * @return AGORA_OK; AGORA_INVALID_FIELD with the pointer "/file" and a sentence for the member when
 * the file is refused (not a kind that is taken, too large, damaged, found by clamd, or the program
 *         died of it); AGORA_UNAVAILABLE when the program cannot be started, or clamd is away and
 *         [evidence] clamd_required is yes
 */
enum agora_status imager_run(struct work *w, int in_fd, struct imager_result *out) AGORA_CHECKED;

#endif
