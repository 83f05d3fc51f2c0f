/* Which languages a reader wants: Accept-Language (RFC 9110, 12.5.4). */
#ifndef AGORA_HTTP_LANGUAGE_H
#define AGORA_HTTP_LANGUAGE_H

#include "directory/base/work.h"

/**
 * The languages of a header, best first, each followed by itself without its region, up to English:
 * all that has words has English ones, or is shown in what it has.
 *
 * @param header   Accept-Language; NULL when there was none
 * @param[out] out in lower case, with commas between: "de-ch,de,fr"; "" when English serves
 */
void language_read(const char *header, char out[WORK_LANGUAGES]);

#endif
