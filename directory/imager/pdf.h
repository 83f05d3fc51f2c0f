/* A PDF's pages as pictures, by pdftoppm in a process of its own that is confined by Landlock,
 * seccomp and limits. It gives pixels (PPM) over a pipe, which this program encodes: nothing that
 * pdftoppm writes comes out as it is. */
#ifndef AGORA_IMAGER_PDF_H
#define AGORA_IMAGER_PDF_H

#include <sys/types.h>

#include "directory/imager/picture.h"

struct pdf {
    pid_t child;
    int pages; /* pipe with the pages, one PPM after the other */
};

/**
 * Start pdftoppm on the file that is standard input. To be called before the own filter is loaded.
 * @return false when it could not be started; errno says why
 */
bool pdf_start(struct pdf *out);

/**
 * Read the pages.
 *
 * @param pdf  started
 * @param page called with each page, which it does not keep; false ends the reading as IMAGER_PDF
 * @return IMAGER_TAKEN when there was a page and pdftoppm ended well; else why not
 */
enum imager_refusal pdf_read(struct pdf *pdf, bool (*page)(const struct picture *p));

#endif
