/* The browser app: every file of [http] static_dir, read once, with its precompressed forms. */
#ifndef AGORA_HTTP_STATIC_H
#define AGORA_HTTP_STATIC_H

#include <stddef.h>

#include "directory/base/error.h"
#include "directory/http/request.h"

struct static_files;

/* One form of a file. */
struct static_form {
    const char *data; /* NULL when there is no such form */
    size_t len;
    char etag[24]; /* with its quotes */
};

enum { FORM_PLAIN, FORM_GZIP, FORM_BROTLI, FORMS };

struct static_file {
    const char *path;  /* "/assets/app-1a2b.js" */
    const char *type;  /* Content-Type */
    const char *cache; /* Cache-Control */
    struct static_form forms[FORMS];
};

/**
 * Read a folder.
 *
 * @param mem      talloc parent
 * @param dir      folder; NAME.br and NAME.gz are forms of NAME
 * @param[out] out files
 * @param e        filled on failure
 * @return AGORA_OK; AGORA_UNAVAILABLE when the folder cannot be read; AGORA_TOO_LARGE beyond 64 MiB
 */
enum agora_status static_read(void *mem, const char *dir, struct static_files **out,
                              struct error *e) AGORA_CHECKED;

/**
 * The file that answers a GET: the one of that path, or the app's page for the addresses of its
 * pages.
 *
 * @return file; NULL when there is none (404): a missing asset is never answered with a page
 */
const struct static_file *static_find(const struct static_files *files, const struct request *rq);

/**
 * The app's page itself, which answers for every address of a page.
 * @return file, or NULL when there is no app
 */
const struct static_file *static_page(const struct static_files *files);

/** The form to send, by Accept-Encoding (FORM_…). */
int static_form(const struct static_file *file, const char *accept_encoding);

#endif
