/* UUIDs as text: one form only, lower case, so that equal ids are equal texts. */
#include "directory/http/uuid.h"

#include <string.h>

bool uuid_normalise(char *text)
{
    if (strlen(text) != 36)
        return false;
    for (int i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : strchr("0123456789abcdefABCDEF", text[i]) == NULL)
            return false;
        if (text[i] >= 'A' && text[i] <= 'F')
            text[i] = (char)(text[i] | 0x20);
    }
    return true;
}
