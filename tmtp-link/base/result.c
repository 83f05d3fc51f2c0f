/*
 * The one place where the text of an error is made.
 */
#include "tmtp-link/base/result.h"

#include <stdarg.h>
#include <stdio.h>

enum tmtp_result tmtp_fail(struct tmtp_error *error, enum tmtp_result result, const char *format,
                           ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    for (char *c = error->text; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f) {
            *c = ' ';
        }
    }
    return result;
}
