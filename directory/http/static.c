/* The app is a few hundred files and a few megabytes: held in memory, found by exact name. What is
 * not in the table cannot be asked for, so paths need no cleaning. */
#include "directory/http/static.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>

#include "directory/base/crypto.h"
#include "directory/base/file.h"

enum { FILES_MAX = 2000, DEPTH_MAX = 8 };
static const size_t octets_max = (size_t)64 * 1024 * 1024;

struct static_files {
    struct static_file *files; /* sorted by path */
    size_t n;
    size_t octets;
    const struct static_file *page; /* index.html */
};

static const struct {
    const char *ending, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".webp", "image/webp"},
    {".avif", "image/avif"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
};

static bool ends_with(const char *text, const char *ending)
{
    size_t len = strlen(text), end = strlen(ending);

    return len > end && strcmp(text + len - end, ending) == 0;
}

static const char *type_of(const char *path)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (ends_with(path, types[i].ending))
            return types[i].type;
    return "application/octet-stream";
}

static struct static_file *add_file(struct static_files *s, const char *path)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->files[i].path, path) == 0)
            return &s->files[i];
    if (s->n == FILES_MAX)
        return NULL;
    struct static_file *f = &s->files[s->n++];
    bool hashed = strncmp(path, "/assets/", 8) == 0;
    *f = (struct static_file){
        .path = path,
        .type = type_of(path),
        .cache = hashed ? "public, max-age=31536000, immutable" : "no-cache",
    };
    return f;
}

static enum agora_status take_file(struct static_files *s, const char *file, char *path,
                                   struct error *e)
{
    int form = ends_with(path, ".br")   ? FORM_BROTLI
               : ends_with(path, ".gz") ? FORM_GZIP
                                        : FORM_PLAIN;
    char hash[2 * SHA256_LEN + 1], *data = NULL;
    size_t len = 0;

    enum agora_status status = file_read(s, file, octets_max - s->octets, &data, &len, e);
    if (status != AGORA_OK)
        return status;
    if (form != FORM_PLAIN)
        path[strlen(path) - 3] = '\0';
    struct static_file *f = add_file(s, path);
    if (f == NULL)
        return error_detail(e, AGORA_TOO_LARGE, "%s: more than %d files", file, FILES_MAX);
    s->octets += len;
    sha256_hex(data, len, hash);
    f->forms[form] = (struct static_form){.data = data, .len = len};
    snprintf(f->forms[form].etag, sizeof f->forms[form].etag, "\"%.20s\"", hash);
    return AGORA_OK;
}

static enum agora_status read_folder(struct static_files *s, const char *folder, const char *path,
                                     int depth, struct error *e);

static enum agora_status take_entry(struct static_files *s, const char *folder, const char *path,
                                    const char *name, int depth, struct error *e)
{
    char *file = talloc_asprintf(s, "%s/%s", folder, name);
    char *url = talloc_asprintf(s, "%s/%s", path, name);
    struct stat st;

    if (file == NULL || url == NULL)
        return error_detail(e, AGORA_INTERNAL, "out of memory");
    if (lstat(file, &st) != 0)
        return error_detail(e, AGORA_UNAVAILABLE, "%s: %s", file, strerror(errno));
    if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
        return read_folder(s, file, url, depth + 1, e);
    return S_ISREG(st.st_mode) ? take_file(s, file, url, e) : AGORA_OK;
}

static enum agora_status read_folder(struct static_files *s, const char *folder, const char *path,
                                     int depth, struct error *e)
{
    DIR *d = opendir(folder);
    enum agora_status status = AGORA_OK;
    struct dirent *entry;

    if (d == NULL)
        return error_detail(e, AGORA_UNAVAILABLE, "%s: %s", folder, strerror(errno));
    while (status == AGORA_OK && (entry = readdir(d)) != NULL)
        if (entry->d_name[0] != '.')
            status = take_entry(s, folder, path, entry->d_name, depth, e);
    closedir(d);
    return status;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct static_file *)a)->path, ((const struct static_file *)b)->path);
}

static const struct static_file *find(const struct static_files *s, const char *path)
{
    struct static_file wanted = {.path = path};
    const struct static_file *f = bsearch(&wanted, s->files, s->n, sizeof wanted, by_path);

    return f != NULL && f->forms[FORM_PLAIN].data != NULL ? f : NULL;
}

enum agora_status static_read(void *mem, const char *dir, struct static_files **out,
                              struct error *e)
{
    struct static_files *s = talloc_zero(mem, struct static_files);

    if (s != NULL)
        s->files = talloc_array(s, struct static_file, FILES_MAX);
    if (s == NULL || s->files == NULL) {
        talloc_free(s);
        return error_detail(e, AGORA_INTERNAL, "out of memory");
    }
    enum agora_status status = read_folder(s, dir, "", 0, e);
    if (status != AGORA_OK) {
        talloc_free(s);
        return status;
    }
    qsort(s->files, s->n, sizeof s->files[0], by_path);
    s->page = find(s, "/index.html");
    *out = s;
    return AGORA_OK;
}

/* Addresses that are never pages of the app. */
static bool is_reserved(const char *path)
{
    static const char *const reserved[] = {"/api/", "/assets/", "/oauth2/", "/.well-known/"};

    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        if (strncmp(path, reserved[i], strlen(reserved[i])) == 0)
            return true;
    return false;
}

const struct static_file *static_find(const struct static_files *s, const struct request *rq)
{
    const char *accept = request_header(rq, "accept");
    const struct static_file *f = find(s, rq->path);

    if (f != NULL)
        return f;
    bool wants_page = accept != NULL && strstr(accept, "text/html") != NULL;
    return wants_page && !is_reserved(rq->path) ? s->page : NULL;
}

const struct static_file *static_page(const struct static_files *s)
{
    return s->page;
}

/* Whether Accept-Encoding takes a coding: named, and not with q=0. */
static bool accepts(const char *header, const char *coding)
{
    size_t len = strlen(coding);

    for (const char *at = header; (at = strstr(at, coding)) != NULL; at += len) {
        bool begins = at == header || strchr(" ,\t", at[-1]) != NULL;
        const char *end = at + len + strspn(at + len, " \t");
        if (!begins || strchr(",;", *end) == NULL)
            continue;
        const char *q = *end == ';' ? strstr(end, "q=") : NULL;
        const char *comma = strchr(end, ',');
        if (q == NULL || (comma != NULL && q > comma))
            return true;
        return strtod(q + 2, NULL) > 0;
    }
    return false;
}

int static_form(const struct static_file *file, const char *accept_encoding)
{
    if (accept_encoding == NULL)
        return FORM_PLAIN;
    if (file->forms[FORM_BROTLI].data != NULL && accepts(accept_encoding, "br"))
        return FORM_BROTLI;
    if (file->forms[FORM_GZIP].data != NULL && accepts(accept_encoding, "gzip"))
        return FORM_GZIP;
    return FORM_PLAIN;
}
