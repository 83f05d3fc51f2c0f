/* UUIDs as text. */
#ifndef AGORA_HTTP_UUID_H
#define AGORA_HTTP_UUID_H

#include <stdbool.h>

/** Whether @a text is 8-4-4-4-12 hexadecimal digits; made lower case in place. */
bool uuid_normalise(char *text);

#endif
