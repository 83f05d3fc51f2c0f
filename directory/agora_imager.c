/* agora-imager: takes one hostile file as standard input and gives pictures drawn anew, as parcels
 * on standard output (directory/imager/refusal.h). One process a file: what it does to this process
 * ends with it. Everything that is not needed to compute is given up before the first octet is
 * decoded. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directory/base/parcel.h"
#include "directory/imager/kind.h"
#include "directory/imager/pdf.h"
#include "directory/imager/picture.h"
#include "directory/sandbox/confine.h"

enum { UNAVAILABLE = 69 /* sysexits(3): not the file's fault */ };

/* pdftoppm has the same limits, for itself. */
static const struct confine_limits limits = {
    .cpu_s = 20, .memory_max = (size_t)768 * 1024 * 1024, .files_max = 64};

static const char *const names[] = {
    "",
#define IMAGER_REFUSAL(name, sentence) #name,
#include "directory/imager/refusals.def"
#undef IMAGER_REFUSAL
};

/* Leaks are the kernel's to clear up, and looking for them takes system calls that are gone. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0:allocator_may_return_null=1";
}

/* What could not be done, for the log of who started us. */
static int give_up(const char *what)
{
    dprintf(STDERR_FILENO, "agora-imager: %s: %s\n", what, strerror(errno));
    return UNAVAILABLE;
}

/* What protects, on this machine; for an operator. */
static int check(void)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return give_up("no new privileges");
    bool pdf = access("/usr/bin/pdftoppm", X_OK) == 0;
    int landlock = confine_files(NULL, NULL, false);
    bool calls = confine_calls(CONFINE_PROGRAM);
    if (landlock > 0)
        printf("files closed by Landlock (version %d)\n", landlock);
    else
        printf("no Landlock here: what draws PDFs may read, but not write, the files that the "
               "service may read\n");
    printf("%s\n", calls ? "system calls filtered" : "system calls are NOT filtered");
    printf("%s\n", pdf ? "PDFs are drawn by pdftoppm" : "no pdftoppm: PDFs are refused");
    return landlock >= 0 && calls ? EXIT_SUCCESS : EXIT_FAILURE;
}

static bool write_page(const struct picture *p)
{
    unsigned char *jpeg = NULL;
    size_t len = 0;

    if (!picture_write_jpeg(p, &jpeg, &len))
        return false;
    unsigned char *parcel = malloc(8 + len);
    bool ok = parcel != NULL;
    if (ok) {
        parcel_put_number(parcel, p->width);
        parcel_put_number(parcel + 4, p->height);
        memcpy(parcel + 8, jpeg, len);
        ok = parcel_write(STDOUT_FILENO, IMAGER_PAGE, parcel, 8 + len);
    }
    free(parcel);
    free(jpeg);
    return ok;
}

/* The whole of standard input, which is a file of @a len octets. */
static unsigned char *read_file(size_t len)
{
    unsigned char *data = malloc(len);
    size_t got = 0;

    while (data != NULL && got < len) {
        ssize_t n = pread(STDIN_FILENO, data + got, len - got, (off_t)got);
        if (n <= 0) {
            free(data);
            return NULL;
        }
        got += (size_t)n;
    }
    return data;
}

static enum imager_refusal draw(enum imager_kind kind, size_t len)
{
    struct picture p;
    enum imager_refusal end = IMAGER_DAMAGED;
    unsigned char *data = read_file(len);
    struct octets file = {data, len};

    if (data == NULL)
        return IMAGER_DAMAGED;
    if (kind == KIND_JPEG)
        end = picture_read_jpeg(file, &p);
    else if (kind == KIND_PNG)
        end = picture_read_png(file, &p);
    else if (kind == KIND_WEBP)
        end = picture_read_webp(file, &p);
    free(data);
    if (end != IMAGER_TAKEN)
        return end;
    if (!picture_fit(&p) || !write_page(&p))
        end = IMAGER_DAMAGED;
    picture_free(&p);
    return end;
}

/* What can be said without decoding anything. @param[out] kind what it is, when it is taken */
static enum imager_refusal look(size_t len, enum imager_kind *kind)
{
    unsigned char head[KIND_HEAD];

    if (len == 0)
        return IMAGER_EMPTY;
    if (len > PICTURE_FILE_MAX)
        return IMAGER_TOO_LARGE;
    ssize_t n = pread(STDIN_FILENO, head, sizeof head, 0);
    *kind = kind_of((struct octets){head, n > 0 ? (size_t)n : 0});
    if (*kind == KIND_HEIC)
        return IMAGER_HEIC;
    return *kind == KIND_OTHER ? IMAGER_KIND : IMAGER_TAKEN;
}

static bool finish(enum imager_refusal end)
{
    if (end != IMAGER_TAKEN &&
        !parcel_write(STDOUT_FILENO, IMAGER_REFUSED, names[end], strlen(names[end])))
        return false;
    return parcel_write(STDOUT_FILENO, PARCEL_LAST, NULL, 0);
}

static int run(void)
{
    struct stat st;
    struct pdf pdf;
    enum imager_kind kind = KIND_OTHER;

    if (!confine_begin(&limits))
        return give_up("limits");
    if (fstat(STDIN_FILENO, &st) != 0 || !S_ISREG(st.st_mode))
        return give_up("standard input is not a file");
    enum imager_refusal end = look((size_t)st.st_size, &kind);
    if (end == IMAGER_TAKEN && kind == KIND_PDF && !pdf_start(&pdf))
        return give_up("pdftoppm");
    if (confine_files(NULL, NULL, false) < 0 || !confine_calls(CONFINE_COMPUTE))
        return give_up("sandbox");
    if (end == IMAGER_TAKEN &&
        !parcel_write(STDOUT_FILENO, IMAGER_TYPE, kind_type(kind), strlen(kind_type(kind))))
        return EXIT_FAILURE;
    if (end == IMAGER_TAKEN)
        end = kind == KIND_PDF ? pdf_read(&pdf, write_page) : draw(kind, (size_t)st.st_size);
    return finish(end) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--check") == 0)
        return check();
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return puts("agora-imager " AGORA_VERSION) < 0;
    if (argc != 1) {
        fputs("usage: agora-imager <FILE\n       agora-imager --check | --version\n", stderr);
        return 64;
    }
    return run();
}
