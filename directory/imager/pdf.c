/* Starts pdftoppm and reads what it draws. PPM is as plain as a picture can be: a line "P6", the
 * width and height, 255, then three octets a pixel. */
#include "directory/imager/pdf.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "directory/sandbox/confine.h"

#ifndef PDFTOPPM
#define PDFTOPPM "/usr/bin/pdftoppm"
#endif

/* Texts of the numbers in picture.h, for the command line. */
#define TEXT_OF(n)  #n
#define TEXT(n)     TEXT_OF(n)
#define LAST_PAGE   21 /* one more than is taken, so that too many show */
#define LONGER_SIDE 2200

_Static_assert(LAST_PAGE == PICTURE_PAGES_MAX + 1, "the page too many");
_Static_assert(LONGER_SIDE == PICTURE_PAGE_SIDE, "the side of a page");

enum { PIPE_OCTETS = 1024 * 1024 };

static const char *const readable[] = {
    "/usr", "/lib", "/lib64", "/etc/fonts", "/etc/ld.so.cache", "/var/cache/fontconfig", NULL};
static const char *const runnable[] = {PDFTOPPM, "/usr/lib", "/lib", "/lib64", NULL};

/* Never comes back. The parent's end is the child's: it must not go on drawing for nobody. */
static void become_pdftoppm(int out)
{
    char language[] = "LC_ALL=C.UTF-8";
    char *const environment[] = {language, NULL};
    int null = open("/dev/null", O_RDWR);

    if (dup2(out, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0)
        _exit(1);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || close_range(3, ~0U, 0) != 0)
        _exit(1);
    if (confine_files(readable, runnable, false) < 0 || !confine_calls(CONFINE_PROGRAM))
        _exit(1);
    execle(PDFTOPPM, "pdftoppm", "-q", "-l", TEXT(LAST_PAGE), "-scale-to", TEXT(LONGER_SIDE), "-",
           (char *)NULL, environment);
    _exit(1);
}

bool pdf_start(struct pdf *out)
{
    int ends[2];

    if (access(PDFTOPPM, X_OK) != 0 || pipe2(ends, O_CLOEXEC) != 0)
        return false;
    (void)fcntl(ends[0], F_SETPIPE_SZ, PIPE_OCTETS); /* quicker, no more */
    out->child = fork();
    if (out->child == 0)
        become_pdftoppm(ends[1]);
    close(ends[1]);
    out->pages = ends[0];
    return out->child > 0;
}

struct stream {
    int fd;
    unsigned char data[65536];
    size_t at, end;
};

/* Octets from the pipe. @return how many were there before its end, at most @a n */
static size_t get(struct stream *s, unsigned char *into, size_t n)
{
    size_t got = 0;

    while (got < n) {
        if (s->at == s->end) {
            ssize_t more = read(s->fd, s->data, sizeof s->data);
            if (more < 0 && errno == EINTR)
                continue;
            if (more <= 0)
                break;
            s->at = 0;
            s->end = (size_t)more;
        }
        size_t part = s->end - s->at < n - got ? s->end - s->at : n - got;
        memcpy(into + got, s->data + s->at, part);
        s->at += part;
        got += part;
    }
    return got;
}

/* A number of at most five digits, and the one octet behind it. */
static bool get_number(struct stream *s, unsigned *out)
{
    unsigned char c = 0;

    *out = 0;
    for (int digits = 0; digits < 6; digits++) {
        if (get(s, &c, 1) != 1)
            return false;
        if (c < '0' || c > '9')
            return digits > 0 && (c == ' ' || c == '\n');
        *out = *out * 10 + (c - '0');
    }
    return false;
}

enum page { PAGE_ONE, PAGE_NONE, PAGE_BROKEN };

static enum page next_page(struct stream *s, struct picture *p)
{
    unsigned char magic[3];
    unsigned width, height, most;
    size_t n = get(s, magic, sizeof magic);

    if (n == 0)
        return PAGE_NONE;
    if (n != sizeof magic || memcmp(magic, "P6\n", sizeof magic) != 0 || !get_number(s, &width) ||
        !get_number(s, &height) || !get_number(s, &most) || most != 255)
        return PAGE_BROKEN;
    if (width == 0 || height == 0 || width > PICTURE_PAGE_SIDE + 1 ||
        height > PICTURE_PAGE_SIDE + 1 || !picture_alloc(p, width, height))
        return PAGE_BROKEN;
    size_t len = (size_t)width * height * 3;
    if (get(s, p->rgb, len) == len)
        return PAGE_ONE;
    picture_free(p);
    return PAGE_BROKEN;
}

static bool ended_well(pid_t child)
{
    int status;

    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

enum imager_refusal pdf_read(struct pdf *pdf, bool (*page)(const struct picture *p))
{
    static struct stream s;
    struct picture p;
    enum page found;
    unsigned pages = 0;

    s.fd = pdf->pages;
    while ((found = next_page(&s, &p)) == PAGE_ONE) {
        bool ok = ++pages <= PICTURE_PAGES_MAX && page(&p);
        picture_free(&p);
        if (!ok)
            return pages > PICTURE_PAGES_MAX ? IMAGER_PDF_PAGES : IMAGER_PDF;
    }
    return found == PAGE_NONE && ended_well(pdf->child) && pages > 0 ? IMAGER_TAKEN : IMAGER_PDF;
}
